// The table discount_title: which title each offer's automatic discount had, and when. Rows are kept for ever. A title is stored
// before the app sends it to Shopify, so that an order can be matched even if Shopify's answer is lost.
import { sql, type Tx } from "../../../db.server.ts";
import type { Shop } from "../../../shop.server.ts";
import { freeTitle, isTitleOf } from "./titles.ts";
import type { Instant } from "../../../instant.ts";

/** An order may be refunded for this long after its discount ended. Until then no other offer gets the discount's title. */
const RESERVED_DAYS = 90;
const DAY_MS = 86_400_000;

/** `fresh`: the title is stored only now. False: the discount has it, or an answer was lost. */
export type Claim = { title: string; fresh: boolean };

type Row = { offerId: string; title: string; toAt: Instant | null };

type Asked = {
  offerId: string;
  name: string;
  discountId: string | null;
  /** The title that was last sent is sent again. */
  again: boolean;
};

/** The title that the discount has, else the first free one. `refused`: titles that Shopify reports as taken. */
export const claimTitle = (shop: Shop, asked: Asked, refused: ReadonlySet<string> = new Set()): Promise<Claim> =>
  shop.db.tx(async (tx) => {
    const { offerId, name, discountId, again } = asked;
    const now = shop.now();
    const rows = await tx.rows<Row>(sql`
      select offer_id as "offerId", title, to_at as "toAt" from discount_title
      where shop_id = ${shop.id} and (to_at is null or to_at > ${new Date(now.getTime() - RESERVED_DAYS * DAY_MS)})
      order by from_at desc`);
    const held = rows.find(
      (row) => row.offerId === offerId && row.toAt === null && (again || isTitleOf(row.title, name)),
    );
    if (held && !refused.has(held.title)) return { title: held.title, fresh: false };
    const others = rows.filter((row) => row.offerId !== offerId).map(({ title }) => title);
    const title = freeTitle(name, [...others, ...refused]);
    await openRow(shop, tx, { offerId, title, discountId });
    return { title, fresh: true };
  });

const openRow = (
  shop: Shop,
  tx: Tx,
  { offerId, title, discountId }: { offerId: string; title: string; discountId: string | null },
): Promise<number> =>
  tx.run(sql`
    insert into discount_title (shop_id, offer_id, title, from_at, discount_id)
    values (${shop.id}, ${offerId}, ${title}, ${shop.now()}, ${discountId})
    on conflict (shop_id, offer_id, title, from_at) do update set to_at = null, discount_id = excluded.discount_id`);

/** Deletes a title that Shopify refused: the discount never had it. */
export const dropTitle = (shop: Shop, offerId: string, title: string): Promise<number> =>
  shop.db.tx((tx) =>
    tx.run(sql`
      delete from discount_title
      where shop_id = ${shop.id} and offer_id = ${offerId} and title = ${title} and to_at is null`),
  );

/** Ends the rows of all other titles: the discount has `title` now. Null: the discount has no such title, or is deleted. */
export const keepTitle = (shop: Shop, offerId: string, title: string | null, discountId: string): Promise<void> =>
  shop.db.tx(async (tx) => {
    const now = shop.now();
    await tx.run(sql`
      update discount_title set to_at = ${now}
      where shop_id = ${shop.id} and offer_id = ${offerId} and to_at is null and title is distinct from ${title}`);
    if (title === null) return;
    const known = await tx.run(sql`
      update discount_title set discount_id = ${discountId}
      where shop_id = ${shop.id} and offer_id = ${offerId} and to_at is null and title = ${title}`);
    if (known === 0) await openRow(shop, tx, { offerId, title, discountId });
  });
