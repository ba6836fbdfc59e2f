// A redaction of thousands of orders and webhooks: statements are short, and the ledger is right after every interruption.
import pg from "pg";
import { afterAll, beforeEach, expect, it, test } from "vitest";
import { closeDatabase, forShop } from "../../../app/db.server.ts";
import { comply, fileRequest } from "../../../app/sync/compliance/compliance.server.ts";
import { shopify } from "../../../app/sync/sources/shopify/source.server.ts";
import { eraseSteps } from "../../../app/worker/erasure.server.ts";

const SHOP = "large.myshopify.com";
const owner = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
const TABLES = ["line_item", "refund", "shop_order", "event", "consent", "plugin_record", "answer", "survey_response"];
afterAll(() => owner.end());

beforeEach(async () => {
  for (const table of ["shop", "inbox", "inbox_pack", "compliance_request", "tombstone", "customer", ...TABLES]) {
    await owner.query(`delete from ${table}`);
  }
  await owner.query("insert into shop (id, domain, installed_at) values ($1, $1, now())", [SHOP]);
});

/** Ada's orders with all their rows, and three webhooks for each. Every tenth body is about another person. */
async function fill(orders: number): Promise<void> {
  const money = "currency, presentment_currency, total, presentment_total, ordered_at, created_at";
  const values = "'GBP', 'GBP', 10, 10, now(), now()";
  const all = [
    "insert into customer (shop_id, id, email) values ($1, '700100', 'ada@example.com'), ($1, '700200', 'bea@example.com')",
    `insert into shop_order (shop_id, id, customer_id, email, ${money}) select $1, (5000000 + n)::text, '700100', 'ada@example.com', ${values} from generate_series(1, ${orders}) n`,
    `insert into shop_order (shop_id, id, customer_id, email, ${money}) values ($1, '9', '700200', 'bea@example.com', ${values})`,
    "insert into line_item (shop_id, order_id, id, customer_id, quantity, price, ordered_at) select shop_id, id, '1', customer_id, 1, 10, ordered_at from shop_order where shop_id = $1",
    "insert into refund (shop_id, order_id, id, amount, presentment_amount, at) select shop_id, id, id, 1, 1, ordered_at from shop_order where shop_id = $1",
    "insert into event (shop_id, id, customer_id, kind, at, source) select shop_id, 'order/' || id, customer_id, 'order.placed', ordered_at, 'webhook' from shop_order where shop_id = $1",
    "insert into survey_response (shop_id, id, survey_id, version, surface, order_claim, order_id, started_at) select shop_id, 'r' || id, 's', 1, 'thank_you', id, id, now() from shop_order where shop_id = $1",
    "insert into answer (shop_id, response_id, question, position, survey, value_text, at) select shop_id, id, 'q', 1, 's', 'good', now() from survey_response where shop_id = $1",
    `insert into inbox (shop_id, topic, key, state, body) select $1, 'orders/updated', gen_random_uuid(), 'applied',
       convert_to(jsonb_build_object('id', case when n % 10 = 0 then 9 else 5000000 + n / 3 + 1 end, 'note', repeat('tea ', 400))::text, 'UTF8')
     from generate_series(0, ${orders * 3 - 1}) n`,
  ];
  for (const statement of all) await owner.query(statement, statement.includes("$1") ? [SHOP] : []);
}

async function file(key: string): Promise<string> {
  const customer = { id: 700100, email: "ada@example.com" };
  const body = Buffer.from(JSON.stringify({ shop_domain: SHOP, customer, orders_to_redact: [] }));
  const arrival = { connection: "", topic: "customers/redact" as const, key, receivedAt: new Date(), body };
  await forShop(SHOP).tx((tx) => fileRequest(SHOP, tx, shopify, arrival));
  return `erase customer shopify ${key}`;
}
const ledger = async () =>
  (await owner.query("select evidence, done_at is not null as done from compliance_request")).rows[0] as {
    evidence: { erased?: Record<string, number>; person?: object };
    done: boolean;
  };
const count = async (table: string) =>
  (await owner.query(`select count(*)::int as n from ${table}`)).rows[0].n as number;

it("4,000 orders and 12,000 webhooks of one person are erased by statements of less than three seconds each", async () => {
  await fill(4000);
  const role = `alter role regulars_app in database "${new URL(process.env["DATABASE_URL"] ?? "").pathname.slice(1)}"`;
  await owner.query(`${role} set statement_timeout = 3000`);
  await closeDatabase();
  await comply(SHOP, await file("1"), eraseSteps);
  await owner.query(`${role} reset statement_timeout`);
  expect(await ledger()).toEqual({
    done: true,
    evidence: {
      erased: {
        line_item: 4000,
        refund: 4000,
        shop_order: 4000,
        event: 4000,
        survey_response: 4000,
        answer: 4000,
        customer: 1,
        inbox: 10_800,
      },
    },
  });
  for (const table of ["line_item", "refund", "shop_order", "event", "survey_response", "answer", "customer"]) {
    expect(await count(table), table).toBe(1);
  }
  expect(await count("inbox")).toBe(1200);
});

test.each(["membership", "refund", "shop_order", "survey_response", "event", "customer", "audience", "inbox"])(
  "cut off at %s, the ledger says what is erased already, and the next run ends it with the whole count",
  async (table) => {
    await fill(1100);
    const request = await file("1");
    const before = { shop_order: await count("shop_order"), inbox: await count("inbox") };
    await owner.query(`revoke delete, update on ${table} from regulars_app`);
    await expect(comply(SHOP, request, eraseSteps)).rejects.toThrow("permission denied");
    await owner.query(`grant delete, update on ${table} to regulars_app`);

    const cut = await ledger();
    expect(cut.done).toBe(false);
    for (const [name, rows] of Object.entries(before)) {
      expect(cut.evidence.erased?.[name] ?? 0, name).toBe(rows - (await count(name)));
    }
    await comply(SHOP, request, eraseSteps);
    const { done, evidence } = await ledger();
    expect(done).toBe(true);
    expect(evidence.person).toBeUndefined();
    expect(evidence.erased).toMatchObject({
      line_item: 1100,
      refund: 1100,
      shop_order: 1100,
      event: 1100,
      answer: 1100,
      inbox: 2970,
    });
    expect(await count("shop_order")).toBe(1);
  },
  60_000,
);
