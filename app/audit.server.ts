// Who changed which definition of a shop: written in the transaction of the change, never changed later, and deleted after two years.
import { isDeepStrictEqual } from "node:util";
import { eraseFrom } from "./catalogue.server.ts";
import { sql, type Tx } from "./db.server.ts";
import type { Shop } from "./shop.server.ts";

/**
 * Who changes a definition; never a person's name or address. `merchant`: a member of the staff whom the session does not
 * identify.
 */
export type Actor = "merchant" | `staff:${string}` | "worker" | `plugin:${string}`;

export type SubjectKind = "segment" | "offer" | "survey" | "plugin" | "settings";

type Action =
  | "created"
  | "saved"
  | "deleted"
  | "archived"
  | "restored"
  | "published"
  | "paused"
  | "ended"
  | "mended"
  | "switched on"
  | "switched off";

export type Change = {
  actor: Actor;
  subject: { kind: SubjectKind; id: string };
  action: Action;
  /** The version of the definition after the change. Left out for definitions without versions. */
  version?: number;
  /** Names of the changed parts. Their contents may be about a person and are not kept. */
  changed?: readonly string[];
};

export async function audit(shop: Shop, tx: Tx, { actor, subject, action, version, changed }: Change): Promise<void> {
  await tx.run(sql`
    insert into audit (shop_id, at, actor, subject_kind, subject_id, action, version, changed)
    values (${shop.id}, ${shop.now()}, ${actor}, ${subject.kind}, ${subject.id}, ${action}, ${version ?? null},
      ${[...(changed ?? [])]}::text[])`);
}

const KEPT_YEARS = 2;
const ROWS_AT_ONCE = 5000;

/** Deletes entries older than `KEPT_YEARS`, by the database's clock. */
export async function sweepAudit(shop: Pick<Shop, "id" | "db">): Promise<void> {
  const old = sql`shop_id = ${shop.id} and at < now() - make_interval(years => ${KEPT_YEARS})`;
  for (let gone = ROWS_AT_ONCE; gone === ROWS_AT_ONCE;)
    gone = await shop.db.tx((tx) => eraseFrom(tx, "audit", old, ROWS_AT_ONCE));
}

/** Names of the parts that differ. */
export const changedParts = <Draft extends object>(
  before: { [Part in keyof Draft]?: unknown },
  after: Draft,
): string[] =>
  Object.entries(after).flatMap(([name, value]) =>
    isDeepStrictEqual(before[name as keyof Draft], value) ? [] : [name],
  );
