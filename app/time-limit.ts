/** The work took longer than it may. */
export class NoAnswer extends Error {
  /** The stack of what was under way, where that is known: its own is the timer's. */
  underWay?: string;
  constructor(limitMs: number) {
    super(`no answer within ${limitMs / 1000} s`);
    this.name = "NoAnswer";
  }
}

/** Rejects with NoAnswer when the work takes longer. The work itself goes on: what it does late must do no harm. */
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
