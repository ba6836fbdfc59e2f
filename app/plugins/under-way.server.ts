// Which plugin is at work for which shop, told to whoever watches over the process.

export type Work = { shop: string; plugin: string; what: string };
/** One without `work` says that it has ended. */
export type Note = { id: number; work?: Work };

let tell: (note: Note) => void = () => undefined;
let last = 0;

/** There is one watcher at most; null ends it. */
export function watchWork(watcher: ((note: Note) => void) | null): void {
  tell = watcher ?? (() => undefined);
}

/** Returns what says that it has ended. */
export function beginWork(work: Work): () => void {
  const id = (last += 1);
  tell({ id, work });
  return () => tell({ id });
}
