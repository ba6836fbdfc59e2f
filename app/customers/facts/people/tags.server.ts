// Customers' tags come as changes and as whole lists, in any order. The newest change of each tag counts; a whole list replaces
// all changes before it.
import { createHash } from "node:crypto";
import { addChange } from "../../change.ts";
import { sql, type Tx } from "../../../db.server.ts";
import type { DomainEvent } from "../../../outbox.server.ts";
import type { Shop } from "../../../shop.server.ts";
import { column, listOf } from "../../../columns.ts";
import { defineTable, upsert } from "../../../upsert.server.ts";
import type { TagsRow } from "../entities.ts";
import { appendEvents } from "../events.server.ts";
import type { Effects } from "../effects.ts";
import { isLater } from "../version.ts";

const KINDS = { add: "tags.added", remove: "tags.removed" } as const;

type TagChange = { customerId: string; tag: string; isOn: boolean; at: string };

const CUSTOMER_TAG = defineTable<TagChange>("customer_tag", ["customer_id", "tag"], {
  customer_id: ["text", ({ customerId }) => customerId],
  tag: ["text", ({ tag }) => tag],
  is_on: ["boolean", ({ isOn }) => isOn],
  at: ["timestamptz", ({ at }) => at],
});

/** Of two changes at one moment the removal counts. */
const LATER = "held.at < excluded.at or (held.at = excluded.at and not excluded.is_on)";

export async function applyTags(shop: Shop, tx: Tx, rows: readonly TagsRow[], effects: Effects): Promise<void> {
  if (rows.length === 0) return;
  await appendEvents(shop, tx, effects, rows.flatMap(eventOf));
  await setLists(shop, tx, rows);
  await upsert(tx, shop.id, CUSTOMER_TAG, newestChanges(rows), { newer: LATER });
  const moved = await settleTags(shop, tx, [...new Set(rows.map(({ customerId }) => customerId))]);
  for (const row of rows) {
    const { customerId, at } = row;
    if (moved.has(customerId))
      addChange(effects.changes, customerId, "tags", eventOf(row)[0]?.id ?? `tags/${customerId}`, at);
  }
}

/** Computes the tags of these customers from their whole list and the changes after it. Returns whose tags differ now. */
export async function settleTags(shop: Shop, tx: Tx, ids: string[]): Promise<Set<string>> {
  const customerIds = column(ids.toSorted(), (id) => id);
  await tx.run(sql`
    delete from customer_tag t using customer c
    where t.shop_id = ${shop.id} and t.customer_id = any(${customerIds}::text[])
      and c.shop_id = t.shop_id and c.id = t.customer_id and t.at <= c.tags_at`);
  const changed = await tx.rows<{ id: string }>(sql`
    with settled as (
      select c.id, array(
        select tag from unnest(c.tags) as tag where not exists (
          select from customer_tag t where t.shop_id = c.shop_id and t.customer_id = c.id and t.tag = tag and not t.is_on)
        union select t.tag from customer_tag t where t.shop_id = c.shop_id and t.customer_id = c.id and t.is_on
        order by 1
      ) as tags
      from customer c where c.shop_id = ${shop.id} and c.id = any(${customerIds}::text[])
    )
    update customer c set tags = settled.tags from settled
    where c.shop_id = ${shop.id} and c.id = settled.id and c.tags <> settled.tags
    returning c.id`);
  return new Set(changed.map(({ id }) => id));
}

/** The newest change of each customer's tag, sorted by key: all transactions lock rows in the same order. */
function newestChanges(rows: readonly TagsRow[]): TagChange[] {
  const newest = new Map<string, TagChange>();
  for (const { customerId, mode, tags, at } of rows) {
    if (mode === "set") continue;
    for (const tag of tags) {
      const change = { customerId, tag, isOn: mode === "add", at };
      const key = JSON.stringify([customerId, tag]);
      if (isReplaced(newest.get(key), change)) newest.set(key, change);
    }
  }
  return [...newest].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, change]) => change);
}

function isReplaced(held: TagChange | undefined, by: TagChange): boolean {
  if (!held) return true;
  const [at, than] = [Date.parse(by.at), Date.parse(held.at)];
  return at === than ? !by.isOn : at > than;
}

/** The id names the customer of whom the platform told, so that a change that comes before and after a merge is one event. */
function eventOf({ customerId, merged = customerId, mode, tags, at }: TagsRow): DomainEvent[] {
  if (mode === "set") return [];
  const hash = createHash("sha256").update(tags.toSorted().join("\n")).digest("hex").slice(0, 12);
  const kind = KINDS[mode];
  return [{ id: `${kind.replace(".", `/${merged}/`)}/${at}/${hash}`, customerId, kind, at, data: { tags } }];
}

async function setLists(shop: Shop, tx: Tx, rows: readonly TagsRow[]): Promise<void> {
  const newest = new Map<string, TagsRow>();
  for (const row of rows) {
    if (row.mode === "set" && !isLater(newest.get(row.customerId), row)) newest.set(row.customerId, row);
  }
  const lists = [...newest.values()];
  if (lists.length === 0) return;
  await tx.run(sql`
    update customer c set tags = array(select distinct tag from unnest(row.tags::text[]) as tag order by 1), tags_at = row.at
    from unnest(${column(lists, ({ customerId }) => customerId)}::text[],
      ${column(lists, ({ tags }) => listOf(tags))}::text[], ${column(lists, ({ at }) => at)}::timestamptz[])
      as row (id, tags, at)
    where c.shop_id = ${shop.id} and c.id = row.id and (c.tags_at is null or c.tags_at < row.at)`);
}
