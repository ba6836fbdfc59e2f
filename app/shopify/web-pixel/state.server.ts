// The table web_pixel: what Shopify has of the shop's web pixel, and when an event of the pixel last arrived.
import { sql, type Tx } from "../../db.server.ts";
import type { Instant } from "../../instant.ts";
import { dayAt, dayText } from "../../local-time.ts";
import type { Shop } from "../../shop.server.ts";

/** Why Shopify has no pixel. `scope`: the merchant has not granted the app's access. `refused`: another reason, which is logged. */
export type PixelFault = "scope" | "refused";

/** `askedAt` null: the app has not asked Shopify yet. `activeAt` null: Shopify has no pixel of the app. */
export type PixelState = {
  activeAt: Instant | null;
  askedAt: Instant | null;
  fault: PixelFault | null;
  eventAt: Instant | null;
  /** When events were last dropped, because more arrived than are stored in a minute or a day. */
  droppedAt: Instant | null;
};

type Row = PixelState & { account: string };

export async function readRow(shop: Shop, tx: Tx): Promise<Row | null> {
  const [row] = await tx.rows<Row>(sql`
    select account, active_at as "activeAt", asked_at as "askedAt", fault, event_at as "eventAt",
      dropped_at as "droppedAt"
    from web_pixel where shop_id = ${shop.id}`);
  return row ?? null;
}

export async function readPixel(shop: Shop): Promise<PixelState> {
  const row = await shop.db.tx((tx) => readRow(shop, tx));
  const { activeAt = null, askedAt = null, fault = null, eventAt = null, droppedAt = null } = row ?? {};
  return { activeAt, askedAt, fault, eventAt, droppedAt };
}

/** Writes the account of a pixel that Shopify is about to get. Events with an earlier account are refused from now on. */
export const writeAccount = (shop: Shop, account: string): Promise<number> =>
  shop.db.tx((tx) =>
    tx.run(sql`
      insert into web_pixel (shop_id, account) values (${shop.id}, ${account})
      on conflict (shop_id) do update set account = excluded.account, active_at = null, event_at = null,
        dropped_at = null`),
  );

/** Writes what Shopify answered. `fault` null: Shopify has the pixel. */
export const writeAnswer = (shop: Shop, fault: PixelFault | null): Promise<number> =>
  shop.db.tx((tx) =>
    tx.run(sql`
      update web_pixel set asked_at = ${shop.now()}::timestamptz, fault = ${fault},
        active_at = case when ${fault}::text is null then coalesce(active_at, ${shop.now()}::timestamptz) end
      where shop_id = ${shop.id}`),
  );

/** Notes go to the minute, to spare writes. */
const minuteOf = (shop: Shop): Instant => new Date(Math.floor(shop.now().getTime() / 60_000) * 60_000);
const today = (shop: Shop): string => dayText(dayAt(shop.now(), shop.timeZone));

/** How many events were stored on the shop's present day, by all processes. */
export async function countToday(shop: Shop, tx: Tx): Promise<number> {
  const [row] = await tx.rows<{ count: number }>(sql`
    select day_events as count from web_pixel where shop_id = ${shop.id} and day = ${today(shop)}::date`);
  return row?.count ?? 0;
}

/** Notes that events arrived, of which `stored` are new rows. */
export async function notePixelEvents(shop: Shop, tx: Tx, stored: number): Promise<void> {
  await tx.run(sql`
    update web_pixel set event_at = ${minuteOf(shop)}::timestamptz, day = ${today(shop)}::date,
      day_events = ${stored}::int + case when day = ${today(shop)}::date then day_events else 0 end
    where shop_id = ${shop.id} and (${stored}::int > 0 or event_at is distinct from ${minuteOf(shop)}::timestamptz)`);
}

/** Notes that events were dropped at a limit. */
export async function notePixelDrop(shop: Shop, tx: Tx): Promise<void> {
  await tx.run(sql`
    update web_pixel set dropped_at = ${minuteOf(shop)}::timestamptz
    where shop_id = ${shop.id} and dropped_at is distinct from ${minuteOf(shop)}::timestamptz`);
}
