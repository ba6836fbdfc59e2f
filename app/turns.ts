// A few at a time of each key; the others wait in the order in which they came.

export type Turns = {
  /** Resolves to what ends the turn; rejects with the signal's reason where that comes first. */
  take(key: string, signal: AbortSignal): Promise<() => void>;
};

export function openTurns(atOnce: number): Turns {
  const taken = new Map<string, { running: number; waiting: (() => void)[] }>();
  const end = (key: string) => {
    const line = taken.get(key);
    const next = line?.waiting.shift();
    if (next) next();
    else if (line && (line.running -= 1) === 0) taken.delete(key);
  };
  const leaving = (key: string) => {
    let ended = false;
    return () => {
      if (!ended) end(key);
      ended = true;
    };
  };
  return {
    take(key, signal) {
      if (signal.aborted) return Promise.reject(signal.reason as Error);
      const line = taken.get(key) ?? { running: 0, waiting: [] };
      taken.set(key, line);
      if (line.running < atOnce) {
        line.running += 1;
        return Promise.resolve(leaving(key));
      }
      return new Promise((resolve, reject) => {
        const called = () => {
          signal.removeEventListener("abort", tired);
          resolve(leaving(key));
        };
        const tired = () => {
          line.waiting.splice(line.waiting.indexOf(called), 1);
          reject(signal.reason as Error);
        };
        line.waiting.push(called);
        signal.addEventListener("abort", tired, { once: true });
      });
    },
  };
}
