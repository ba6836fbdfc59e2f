// Opening balances: orders that Shopify counts in a customer's totals but does not show. Without read_all_orders Shopify shows
// the last 60 days of orders. The balances are set when the backfill is done. Later `lowerOpenings` lowers them, and a merge adds
// up the balances of two customers.
import { addChange, type Changes } from "../../change.ts";
import { sql, type Tx } from "../../../db.server.ts";
import type { Shop } from "../../../shop.server.ts";
import { waitForApply } from "../apply.server.ts";
import { computeTotals, settleOpenings } from "./totals.server.ts";

type OnChanges = (shop: Shop, tx: Tx, changes: Changes) => Promise<void>;
type Totals = { id: string; orders: number; spent: string };

const CUSTOMERS_AT_ONCE = 1000;

/** Sets the opening balance of every customer whose totals Shopify has given, or drops it where Shopify shows all orders. */
export async function settleBalances(shop: Shop, onChanges: OnChanges): Promise<void> {
  const hidden = await isHistoryHidden(shop);
  for (let after = ""; ;) {
    const last = await shop.db.tx(async (tx) => {
      await waitForApply(shop, tx);
      const before = await readTotals(
        tx,
        shop,
        sql`id > ${after} and platform_orders is not null order by id limit ${CUSTOMERS_AT_ONCE}`,
      );
      const ids = before.map(({ id }) => id);
      if (hidden) await settleOpenings(shop, tx, ids);
      else await dropOpenings(shop, tx, ids);
      const now = new Map((await readTotals(tx, shop, sql`id = any(${ids}::text[])`)).map((row) => [row.id, row]));
      const changes: Changes = new Map();
      for (const { id, orders, spent } of before) {
        const other = now.get(id);
        if (other && (other.orders !== orders || other.spent !== spent)) addChange(changes, id, "orders", "import");
      }
      if (changes.size > 0) await onChanges(shop, tx, changes);
      return ids.length < CUSTOMERS_AT_ONCE ? undefined : ids.at(-1);
    });
    if (last === undefined) return;
    after = last;
  }
}

const readTotals = (tx: Tx, shop: Shop, which: ReturnType<typeof sql>) =>
  tx.rows<Totals>(sql`
    select id, number_of_orders as orders, amount_spent::text as spent from customer where shop_id = ${shop.id} and ${which}`);

async function isHistoryHidden(shop: Shop): Promise<boolean> {
  const [row] = await shop.db.tx((tx) =>
    tx.rows<{ scopes: string[] }>(sql`select scopes from shop_profile where shop_id = ${shop.id}`),
  );
  return !row?.scopes.includes("read_all_orders");
}

/** Shopify shows all orders: a difference from its totals is then a gap, not an opening balance. */
async function dropOpenings(shop: Shop, tx: Tx, ids: string[]): Promise<void> {
  const rows = await tx.rows<{ id: string }>(sql`
    update customer set opening_orders = 0, opening_spent = 0
    where shop_id = ${shop.id} and id = any(${ids}::text[]) and (opening_orders <> 0 or opening_spent <> 0) returning id`);
  await computeTotals(
    shop,
    tx,
    rows.map(({ id }) => id),
  );
}

/** True of a customer whose totals differ from the platform's, or leave orders out. The index customer_gap has the same clause. */
export const hasGap = sql`deleted_at is null and (uncounted_orders > 0
  or platform_orders is not null and (platform_orders <> number_of_orders or platform_spent <> amount_spent))`;

export type Gap = {
  customerId: string;
  orders: number;
  spent: string;
  /** Null: the platform gave no totals, and the gap is that our totals leave orders out. */
  platformOrders: number | null;
  platformSpent: string | null;
};

/** Customers whose totals differ from Shopify's, the largest difference first. */
export const gaps = (shop: Shop, limit = 100): Promise<Gap[]> =>
  shop.db.tx((tx) =>
    tx.rows<Gap>(sql`
      select id as "customerId", number_of_orders as orders, amount_spent::text as spent,
        platform_orders as "platformOrders", platform_spent::text as "platformSpent"
      from customer where shop_id = ${shop.id} and ${hasGap}
      order by abs(platform_orders - number_of_orders) desc, abs(platform_spent - amount_spent) desc, id limit ${limit}`),
  );
