// Deletes old webhooks, because they contain personal data. Until then they are kept to recognise duplicates and to examine
// webhooks that are held up.
import { sql } from "../../db.server.ts";
import { readShopSettings } from "../../shop-settings.server.ts";
import type { Shop } from "../../shop.server.ts";

const POISON_DAYS = 30;
const ROWS_AT_ONCE = 5000;

/** Ages are measured by the database's clock, which also set `received_at`. */
export async function sweepInbox(shop: Shop): Promise<void> {
  const { inboxDays } = await readShopSettings(shop);
  const old = (days: number) => sql`received_at < now() - make_interval(days => ${days})`;
  const sweepState = async (state: string, days: number) => {
    for (let gone = ROWS_AT_ONCE; gone === ROWS_AT_ONCE;) {
      gone = await shop.db.tx((tx) =>
        tx.run(sql`
          delete from inbox where shop_id = ${shop.id} and seq in (
            select seq from inbox where shop_id = ${shop.id} and state = ${state} and ${old(days)}
            order by seq limit ${ROWS_AT_ONCE})`),
      );
    }
  };
  await sweepState("applied", inboxDays);
  await sweepState("poison", Math.max(POISON_DAYS, inboxDays));
  await shop.db.tx((tx) =>
    tx.run(sql`
      delete from inbox_pack p where p.shop_id = ${shop.id} and p.${old(inboxDays)}
        and not exists (select from inbox i where i.shop_id = ${shop.id} and i.pack = p.id)`),
  );
}
