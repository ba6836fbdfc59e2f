import { afterAll, beforeAll, expect, test } from "vitest";
import { example, openIngest, type Ingest, type Json } from "./ingest-shop.ts";

const SHOP = "ingest.myshopify.com";
let ingest: Ingest;

beforeAll(async () => {
  ingest = await openIngest();
  await ingest.install(SHOP);
});
afterAll(() => ingest.close());

let next = 100;
const newId = () => String((next += 1));

/** As Shopify sends it, with what matters to the test replaced. */
function order(id: string, customerId: string | null, more: Json = {}): Json {
  const sample = example("orders/create");
  const at = "2026-11-01T10:00:00Z";
  const total = String(more["total_price"] ?? "100.00");
  return {
    ...sample,
    id: Number(id),
    created_at: at,
    processed_at: at,
    updated_at: at,
    total_price_set: { shop_money: { amount: total }, presentment_money: { amount: total } },
    customer:
      customerId === null
        ? null
        : {
            ...(sample["customer"] as Json),
            id: Number(customerId),
            created_at: "2026-10-01T00:00:00Z",
            updated_at: at,
          },
    refunds: [],
    test: false,
    cancelled_at: null,
    ...more,
  };
}

const customerOf = async (id: string) =>
  (await ingest.rows("select * from customer where shop_id = $1 and id = $2", [SHOP, id]))[0];

test("an order becomes a customer with totals, lines, an address and a timeline", async () => {
  const [id, customer] = [newId(), newId()];
  expect(await ingest.send("orders/create", order(id, customer))).toBe(200);
  await ingest.settle();
  expect(await customerOf(customer)).toMatchObject({
    number_of_orders: 1,
    amount_spent: "100.0000",
    first_name: "John",
  });
  const lines = await ingest.rows("select * from line_item where shop_id = $1 and order_id = $2", [SHOP, id]);
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.every((line) => line["customer_id"] === customer && line["counts"] === true)).toBe(true);
  const events = await ingest.rows("select id from event where shop_id = $1 and customer_id = $2 order by id", [
    SHOP,
    customer,
  ]);
  expect(events.map((event) => event["id"])).toEqual([`customer/${customer}/created`, `order/${id}/placed`]);
  expect(await ingest.rows("select from customer_address where customer_id = $1", [customer])).toHaveLength(1);
});
