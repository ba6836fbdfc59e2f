// The table activity: what storefronts and messages produce in volume. A row may come late and more than once: its id names
// its date, so that one id lies in one month. Rows older than the months that are kept, and rows of months that are not made yet, are left out.
import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { defineTable, upsert } from "../../upsert.server.ts";
import type { Instant } from "../../instant.ts";
import type { IdentifierKind } from "../facts/people/identifiers.server.ts";

/** `{date}/{key}`. */
type ActivityId = `${string}Z/${string}`;

/** The id of what happened at an instant. `key` is the same when it is told again. */
export const activityId = (at: Instant, key: string): ActivityId => `${at.toISOString()}/${key}` as ActivityId;

const dateOf = (id: ActivityId): string => id.slice(0, id.indexOf("/"));

export type ActivityRow = {
  /** By `activityId`. The row's date is the date in the id: an id that is told again has the same date and the same month. */
  id: ActivityId;
  kind: "survey.shown";
  customerId: string | null;
  /** Where the customer is not known: the table identifier may say whose it is, now or later. */
  anonymous: { kind: IdentifierKind; value: string } | null;
  /** What it is about: the id of a survey. */
  subject: string;
  /** Ids and numbers; nothing that speaks of a person. */
  data: Record<string, string | number>;
};

const ACTIVITY = defineTable<ActivityRow>("activity", ["id", "at"], {
  id: ["text", ({ id }) => id],
  at: ["timestamptz", ({ id }) => dateOf(id)],
  kind: ["text", ({ kind }) => kind],
  customer_id: ["text", ({ customerId }) => customerId],
  anonymous_id: ["text", ({ anonymous }) => anonymous && `${anonymous.kind}:${anonymous.value}`],
  subject: ["text", ({ subject }) => subject],
  data: ["jsonb", ({ data }) => JSON.stringify(data)],
});

/** How many rows were inserted: those that are not there yet, and whose date is kept. */
export async function recordActivity(shop: Shop, tx: Tx, rows: readonly ActivityRow[]): Promise<number> {
  if (rows.length === 0) return 0;
  const [kept] = await tx.rows<{ since: string; until: string }>(
    sql`select since::text, until::text from activity_kept()`,
  );
  const [since, until] = [Date.parse(kept?.since ?? ""), Date.parse(kept?.until ?? "")];
  const isKept = ({ id }: ActivityRow) => Date.parse(dateOf(id)) >= since && Date.parse(dateOf(id)) < until;
  const byId = new Map(rows.filter(isKept).map((row) => [row.id, row]));
  const written = await upsert<{ id: string }, ActivityRow>(tx, shop.id, ACTIVITY, [...byId.values()], {
    newer: "never",
    returning: "held.id",
  });
  return written.length;
}
