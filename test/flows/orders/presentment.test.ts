// A shopper pays in another currency than the shop's: both amounts are kept, whether the order comes by webhook or by history.
import { afterAll, beforeAll, expect, test } from "vitest";
import { merchant } from "../../../app/shopify.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { restartBackfill, runBackfill } from "../../../app/sync/sources/shopify/history/backfill.server.ts";
import { placeOrder } from "../../dev-store/commands/order.ts";
import { refundOrder } from "../../dev-store/commands/order-change.ts";
import { generateShop } from "../../dev-store/generator/generate.ts";
import { startDevShop, type DevShop } from "../../setup/dev-shop.ts";
import { openIngest, type Ingest } from "../ingest-shop.ts";

const SHOP = "abroad.myshopify.com";
const RATE = 106.5;
let ingest: Ingest;
let dev: DevShop;
let shop: Shop;

const read = () => runBackfill(shop, async () => undefined, { pollMs: 20 });

beforeAll(async () => {
  ingest = await openIngest();
  const config = { appUrl: new URL(ingest.url).origin };
  dev = await startDevShop(SHOP, { currency: "GBP", timeZone: "Europe/London" }, { config });
  generateShop(dev.store, dev.shop, { seed: 3, customers: 5 });
  ({ shop } = await merchant(dev.document()));
  expect(await read()).toBe("done");
});
afterAll(async () => {
  await dev.close();
  await ingest.close();
});

function order(): string {
  const [customer] = dev.shop.customers.values();
  const [product] = dev.shop.products.values();
  const line = { variantId: product?.variants[0]?.id ?? "", quantity: 2, discount: "1.00" };
  const placed = placeOrder(dev.store, dev.shop, {
    customerId: customer?.id ?? "",
    lines: [line, line],
    shipping: "3.95",
    tax: "1.10",
    discountCodes: [{ code: "TEN", amount: "2.00", type: "percentage" }],
    presentmentCurrency: "INR",
    presentmentRate: String(RATE),
  });
  refundOrder(dev.store, dev.shop, placed.id, { lines: [{ lineItemId: placed.lineItems[0]?.id ?? "", quantity: 1 }] });
  return placed.id;
}

type Kept = { ours: number; theirs: number | null };
const sides = (of: string) => `json_build_object('ours', ${of}::float8, 'theirs', presentment_${of}::float8) as ${of}`;

/** Both amounts of each field of the order. */
async function kept(id: string): Promise<Record<string, Kept>[]> {
  const rows = async (text: string) => (await ingest.rows(text, [id])) as Record<string, Kept>[];
  const totals = ["subtotal", "discounts", "shipping", "tax", "total"].map(sides).join(", ");
  const ours = (of: string, name: string) =>
    `json_build_object('ours', (${of}->>'${name}')::float8, 'theirs', (${of}->>'presentment${name[0]?.toUpperCase()}${name.slice(1)}')::float8)`;
  return [
    ...(await rows(`select ${totals} from shop_order where id = $1`)),
    ...(await rows(
      `select ${sides("price")}, ${sides("discount")}, ${ours("allocations->0", "amount")} as allocation
       from line_item where order_id = $1 order by id`,
    )),
    ...(await rows(`select ${ours("lines->0", "subtotal")} as line from refund where order_id = $1`)),
  ];
}

test("an order paid in rupees keeps both amounts of its sums, lines, discounts and refunds, by webhook and by history", async () => {
  const id = order();
  while (dev.store.outbox.open > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  await ingest.settle(SHOP);
  const told = await kept(id);
  expect(told).toHaveLength(4);
  for (const amounts of told) {
    for (const [name, { ours, theirs }] of Object.entries(amounts)) {
      expect(ours, name).toBeGreaterThan(0);
      expect(theirs, name).toBeCloseTo(ours * RATE, 1);
    }
  }
  for (const table of ["line_item", "refund"]) await ingest.rows(`delete from ${table} where order_id = $1`, [id]);
  await ingest.rows("delete from shop_order where id = $1", [id]);
  await restartBackfill(shop, { all: true });
  expect(await read()).toBe("done");
  expect(await kept(id)).toEqual(told);
});
