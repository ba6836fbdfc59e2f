/** Thrown when work takes longer than its limit. */
export class NoAnswer extends Error {
  /** The stack of the work that was under way, if known. The error's own stack is the timer's. */
  underWay?: string;
  constructor(limitMs: number) {
    super(`no answer within ${limitMs / 1000} s`);
    this.name = "NoAnswer";
  }
}

/** Rejects with NoAnswer after `limitMs`. The work itself is not stopped: its late effects must do no harm. */
export async function withinLimit<T>(work: () => T | Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswer(limitMs)), limitMs);
  });
  try {
    return await Promise.race([work(), limit]);
  } finally {
    clearTimeout(timer);
  }
}
