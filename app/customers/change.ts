// Which facts of which customers changed: what a batch hands on, so that later work grows with it and not with the shop.
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
] as const;
/** `records:KIND`: a plugin's own records. Within the engines the plugin is named too: `records:PLUGIN/KIND`. */
export type Reads = (typeof READS)[number] | `records:${string}`;

/** What changed one kind of a customer's facts. */
export type Cause = {
  /** An event's id, or one of `joined shop`, `import`, `config`. */
  cause: string;
  /** An instant at which the facts were surely so already. Null: only the instant at which they are recorded is sure. */
  at: Instant | null;
};

/** By kind of fact, what changed it, in the order in which it was heard. */
export type Causes = Map<Reads, [Cause, ...Cause[]]>;

/** Per customer the kinds of facts that changed. */
export type Changes = Map<string, Causes>;

/** `at` as in `Cause`. */
export function addChange(
  changes: Changes,
  customerId: string,
  reads: Reads,
  cause: string,
  at: string | Instant | null = null,
): void {
  const causes: Causes = changes.get(customerId) ?? new Map();
  changes.set(customerId, causes);
  const added: Cause = { cause, at: at === null ? null : new Date(at) };
  const known = causes.get(reads);
  if (known) known.push(added);
  else causes.set(reads, [added]);
}

/** The last of the causes to happen. Its instant is null where that of any is: then the order is unsure. */
export function latest(causes: readonly [Cause, ...Cause[]]): Cause {
  if (causes.some(({ at }) => at === null)) return { cause: causes.at(-1)?.cause ?? causes[0].cause, at: null };
  return causes.reduce((last, each) => (Number(each.at) >= Number(last.at) ? each : last));
}

/** History that is read as a whole moves nobody in its own time: customers enter segments as it is recorded. */
export const asImport = (changes: Changes): Changes =>
  new Map(
    [...changes].map(([id, causes]) => [
      id,
      new Map([...causes.keys()].map((reads) => [reads, [{ cause: "import", at: null }]])),
    ]),
  );

export function addChanges(into: Changes, from: Changes): void {
  for (const [id, causes] of from)
    for (const [reads, all] of causes) for (const { cause, at } of all) addChange(into, id, reads, cause, at);
}
