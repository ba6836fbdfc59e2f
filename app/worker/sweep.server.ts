// Webhooks are kept to tell repetitions and to look into what was held up; then they go: they hold personal data.
import { sql } from "../db.server.ts";
import { readShopSettings } from "../shop-settings.server.ts";
import type { Shop } from "../shop.server.ts";

const POISON_DAYS = 30;
const ROWS_AT_ONCE = 5000;
const DAY_MS = 86_400_000;

export async function sweep(shop: Shop): Promise<void> {
  const { inboxDays } = await readShopSettings(shop);
  const before = (days: number) => new Date(shop.now().getTime() - days * DAY_MS);
  const sweepState = async (state: string, cut: Date) => {
    for (let gone = ROWS_AT_ONCE; gone === ROWS_AT_ONCE;) {
      gone = await shop.db.tx((tx) =>
        tx.run(sql`
          delete from inbox where shop_id = ${shop.id} and seq in (
            select seq from inbox where shop_id = ${shop.id} and state = ${state} and received_at < ${cut}::timestamptz
            order by seq limit ${ROWS_AT_ONCE})`),
      );
    }
  };
  await sweepState("applied", before(inboxDays));
  await sweepState("poison", before(Math.max(POISON_DAYS, inboxDays)));
  await shop.db.tx((tx) =>
    tx.run(sql`
      delete from inbox_pack p where p.shop_id = ${shop.id} and p.received_at < ${before(inboxDays)}::timestamptz
        and not exists (select from inbox i where i.shop_id = ${shop.id} and i.pack = p.id)`),
  );
}
