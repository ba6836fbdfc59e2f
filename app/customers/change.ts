// Which facts of which customers a batch changed. Later work, such as evaluating segments, grows with the changes and not with the
// size of the shop.
import type { Instant } from "../instant.ts";

/** The facts that an attribute reads. */
export const READS = [
  "profile",
  "addresses",
  "tags",
  "consent",
  "orders",
  "products",
  "answers",
  "metafields",
  "activity",
] as const;
/** A plugin's own records are `records:KIND` in the plugin's definition, and `records:PLUGIN/KIND` in the engines. */
export type Reads = (typeof READS)[number] | `records:${string}`;

/** Why one kind of a customer's facts changed. */
export type Cause = {
  /** An event's id, or one of `joined shop`, `import`, `config`, `offer seen`. */
  cause: string;
  /**
   * An instant at which the changed facts were certainly true. Null: they are known to be true only from when they were recorded.
   */
  at: Instant | null;
  /** How many events led to a change of a plugin's records, one to the next. Left out: none. */
  depth?: number;
};

/** For each kind of fact, the causes of its change, in the order in which they were applied. */
export type Causes = Map<Reads, [Cause, ...Cause[]]>;

/** By customer id. */
export type Changes = Map<string, Causes>;

/** `at` as in `Cause`. */
export function addChange(
  changes: Changes,
  customerId: string,
  reads: Reads,
  cause: string,
  at: string | Instant | null = null,
  depth = 0,
): void {
  const causes: Causes = changes.get(customerId) ?? new Map();
  changes.set(customerId, causes);
  const added: Cause = { cause, at: at === null ? null : new Date(at), ...(depth > 0 && { depth }) };
  const known = causes.get(reads);
  if (known) known.push(added);
  else causes.set(reads, [added]);
}

/** The cause that happened last. Where a cause has no instant, the order is unknown: returns the cause applied last, `at` null. */
export function latest(causes: readonly [Cause, ...Cause[]]): Cause {
  if (causes.some(({ at }) => at === null)) return { cause: causes.at(-1)?.cause ?? causes[0].cause, at: null };
  return causes.reduce((last, each) => (Number(each.at) >= Number(last.at) ? each : last));
}

/** Replaces all causes by `import` without an instant: through a backfill, customers enter segments when it is recorded. */
export const asImport = (changes: Changes): Changes =>
  new Map(
    [...changes].map(([id, causes]) => [
      id,
      new Map([...causes.keys()].map((reads) => [reads, [{ cause: "import", at: null }]])),
    ]),
  );

export function addChanges(into: Changes, from: Changes): void {
  for (const [id, causes] of from)
    for (const [reads, all] of causes)
      for (const { cause, at, depth } of all) addChange(into, id, reads, cause, at, depth);
}
