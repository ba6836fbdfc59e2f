// Which facts of which customers changed: what a batch hands on, so that later work grows with it and not with the shop.

/** The facts that an attribute reads. */
export const READS = ["profile", "addresses", "tags", "consent", "orders", "products", "answers"] as const;
/** `records:KIND`: a plugin's own records. Within the engines the plugin is named too: `records:PLUGIN/KIND`. */
export type Reads = (typeof READS)[number] | `records:${string}`;

/** Per customer: what changed, and the event that caused it (the newest where there are several). */
export type Changes = Map<string, { reads: Set<Reads>; cause: string }>;

export function addChange(changes: Changes, customerId: string, reads: Reads, cause: string): void {
  const change = changes.get(customerId);
  if (!change) changes.set(customerId, { reads: new Set([reads]), cause });
  else {
    change.reads.add(reads);
    change.cause = cause;
  }
}
