// Limits how much work of each key runs at a time. Other work of the key waits in the order in which it came.

export type Turns = {
  /**
   * Resolves, when the turn begins, to the function that ends the turn. Rejects with the signal's reason if the signal aborts
   * first.
   */
  take(key: string, signal: AbortSignal): Promise<() => void>;
};

type Line = { running: number; waiting: (() => void)[] };

/**
 * `atOnce`: the most turns of one key at a time. `beyondFirst`: the most turns of all keys together, not counting the first turn of
 * each key: that turn waits for no other key.
 */
export function openTurns(atOnce: number, beyondFirst = Infinity): Turns {
  const lines = new Map<string, Line>();
  let beyond = 0;
  const mayBegin = ({ running }: Line) => running === 0 || (running < atOnce && beyond < beyondFirst);
  const begin = (line: Line) => {
    if (line.running > 0) beyond += 1;
    line.running += 1;
  };
  const end = (key: string) => {
    const ended = lines.get(key);
    if (!ended) return;
    if (ended.running > 1) beyond -= 1;
    ended.running -= 1;
    for (const line of [ended, ...lines.values()]) {
      while (line.waiting.length > 0 && mayBegin(line)) {
        begin(line);
        line.waiting.shift()?.();
      }
    }
    if (ended.running === 0) lines.delete(key);
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
      const line = lines.get(key) ?? { running: 0, waiting: [] };
      lines.set(key, line);
      if (mayBegin(line)) {
        begin(line);
        return Promise.resolve(leaving(key));
      }
      return new Promise((resolve, reject) => {
        const called = () => {
          signal.removeEventListener("abort", onAbort);
          resolve(leaving(key));
        };
        const onAbort = () => {
          line.waiting.splice(line.waiting.indexOf(called), 1);
          reject(signal.reason as Error);
        };
        line.waiting.push(called);
        signal.addEventListener("abort", onAbort, { once: true });
      });
    },
  };
}
