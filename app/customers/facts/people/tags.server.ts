// Customers' tags come as changes and as whole lists, in any order. The newest change of each tag counts; a whole list replaces
// all changes before it.
import { createHash } from "node:crypto";
import { addChange } from "../../change.ts";
import { sql, type Tx } from "../../../db.server.ts";
import type { DomainEvent } from "../../../outbox.server.ts";
import type { Shop } from "../../../shop.server.ts";
import { column, listOf } from "../../../columns.ts";
import type { TagsRow } from "../entities.ts";
import { appendEvents } from "../events.server.ts";
import type { Effects } from "../effects.ts";
import { isLater } from "../version.ts";

const KINDS = { add: "tags.added", remove: "tags.removed" } as const;

export async function applyTags(shop: Shop, tx: Tx, rows: readonly TagsRow[], effects: Effects): Promise<void> {
  if (rows.length === 0) return;
  await appendEvents(shop, tx, effects, rows.flatMap(eventOf));
  await setLists(shop, tx, rows);
  const ids = [...new Set(rows.map(({ customerId }) => customerId))].sort();
  const changed = await tx.rows<{ id: string }>(sql`
    with latest as (
      select e.customer_id, tag, (array_agg(e.kind order by e.at desc, e.kind desc))[1] = ${KINDS.add} as is_on
      from event e
      join customer c on c.shop_id = e.shop_id and c.id = e.customer_id
      cross join lateral jsonb_array_elements_text(e.data->'tags') as tag
      where e.shop_id = ${shop.id} and e.customer_id = any(${column(ids, (id) => id)}::text[])
        and e.kind in (${KINDS.add}, ${KINDS.remove}) and (c.tags_at is null or e.at > c.tags_at)
      group by e.customer_id, tag
    ), settled as (
      select c.id, array(
        select tag from unnest(c.tags) as tag
        where not exists (select from latest where latest.customer_id = c.id and latest.tag = tag)
        union select latest.tag from latest where latest.customer_id = c.id and latest.is_on
        order by 1
      ) as tags
      from customer c where c.shop_id = ${shop.id} and c.id = any(${column(ids, (id) => id)}::text[])
    )
    update customer c set tags = settled.tags from settled
    where c.shop_id = ${shop.id} and c.id = settled.id and c.tags <> settled.tags
    returning c.id`);
  const moved = new Set(changed.map(({ id }) => id));
  for (const row of rows) {
    const { customerId, at } = row;
    if (moved.has(customerId))
      addChange(effects.changes, customerId, "tags", eventOf(row)[0]?.id ?? `tags/${customerId}`, at);
  }
}

function eventOf({ customerId, mode, tags, at }: TagsRow): DomainEvent[] {
  if (mode === "set") return [];
  const hash = createHash("sha256").update(tags.toSorted().join("\n")).digest("hex").slice(0, 12);
  const kind = KINDS[mode];
  return [{ id: `${kind.replace(".", `/${customerId}/`)}/${at}/${hash}`, customerId, kind, at, data: { tags } }];
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
