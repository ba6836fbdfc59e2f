// Reports to the watchdog which plugin is running for which shop.

export type Work = { shop: string; plugin: string; what: string };
/** A note without `work`: the work of this id has ended. */
export type Note = { id: number; work?: Work };

let notify: (note: Note) => void = () => undefined;
let last = 0;

/** Replaces the watcher. Null removes it. */
export function watchWork(watcher: ((note: Note) => void) | null): void {
  notify = watcher ?? (() => undefined);
}

/** Returns the function to call when the work has ended. */
export function beginWork(work: Work): () => void {
  const id = (last += 1);
  notify({ id, work });
  return () => notify({ id });
}
