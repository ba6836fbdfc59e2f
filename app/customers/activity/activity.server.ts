// The table activity: what storefronts and messages produce in large numbers. A row may come late and more than once. The row's
// id contains the row's date, so that all copies of a row lie in one month. A row is left out if its month is not kept any more,
// or has no partition yet.
import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { defineTable, upsert } from "../../upsert.server.ts";
import type { Instant } from "../../instant.ts";
import type { IdentifierKind } from "../facts/people/identifiers.server.ts";
import type { PixelKind } from "./pixel/read-events.ts";

/** `{date}/{key}`. */
type ActivityId = `${string}Z/${string}`;

/** The id of an activity at an instant. `key` is the same for each copy of the activity. */
export const activityId = (at: Instant, key: string): ActivityId => `${at.toISOString()}/${key}` as ActivityId;

const dateOf = (id: ActivityId): string => id.slice(0, id.indexOf("/"));

export type ActivityRow = {
  /**
   * Made by `activityId`. The row's date is the date in the id, so each copy of the row has the same date and lies in the same
   * month.
   */
  id: ActivityId;
  kind: "survey.shown" | PixelKind;
  customerId: string | null;
  /** Set if the customer is not known. The table identifier may connect the value with a customer, now or later. */
  anonymous: { kind: IdentifierKind; value: string } | null;
  /** What the activity is about: the id of a survey or an offer, or the token of a checkout. */
  subject: string;
  /** Ids and numbers, without personal data. */
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

/** Inserts the rows that are not stored yet and whose month has a partition. Returns the number of inserted rows. */
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
