// The table web_pixel: what Shopify has of the shop's web pixel, and when an event of the pixel last arrived.
import { sql, type Tx } from "../../db.server.ts";
import type { Instant } from "../../instant.ts";
import type { Shop } from "../../shop.server.ts";

/** Why Shopify has no pixel. `scope`: the merchant has not granted the app's access. `refused`: another reason, which is logged. */
export type PixelFault = "scope" | "refused";

/** `askedAt` null: the app has not asked Shopify yet. `activeAt` null: Shopify has no pixel of the app. */
export type PixelState = {
  activeAt: Instant | null;
  askedAt: Instant | null;
  fault: PixelFault | null;
  eventAt: Instant | null;
};

type Row = PixelState & { account: string };

export async function readRow(shop: Shop, tx: Tx): Promise<Row | null> {
  const [row] = await tx.rows<Row>(sql`
    select account, active_at as "activeAt", asked_at as "askedAt", fault, event_at as "eventAt"
    from web_pixel where shop_id = ${shop.id}`);
  return row ?? null;
}

export async function readPixel(shop: Shop): Promise<PixelState> {
  const row = await shop.db.tx((tx) => readRow(shop, tx));
  const { activeAt = null, askedAt = null, fault = null, eventAt = null } = row ?? {};
  return { activeAt, askedAt, fault, eventAt };
}

/** Writes the account of a pixel that Shopify is about to get. Events with an earlier account are refused from now on. */
export const writeAccount = (shop: Shop, account: string): Promise<number> =>
  shop.db.tx((tx) =>
    tx.run(sql`
      insert into web_pixel (shop_id, account) values (${shop.id}, ${account})
      on conflict (shop_id) do update set account = excluded.account, active_at = null, event_at = null`),
  );

/** Writes what Shopify answered. `fault` null: Shopify has the pixel. */
export const writeAnswer = (shop: Shop, fault: PixelFault | null): Promise<number> =>
  shop.db.tx((tx) =>
    tx.run(sql`
      update web_pixel set asked_at = ${shop.now()}::timestamptz, fault = ${fault},
        active_at = case when ${fault}::text is null then coalesce(active_at, ${shop.now()}::timestamptz) end
      where shop_id = ${shop.id}`),
  );

/** Notes that an event arrived, to the minute, to spare writes. */
export async function notePixelEvent(shop: Shop, tx: Tx): Promise<void> {
  const minute = new Date(Math.floor(shop.now().getTime() / 60_000) * 60_000);
  await tx.run(sql`
    update web_pixel set event_at = ${minute}::timestamptz
    where shop_id = ${shop.id} and event_at is distinct from ${minute}::timestamptz`);
}
