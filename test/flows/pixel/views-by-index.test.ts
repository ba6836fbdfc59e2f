// What a customer's browsers showed is read by indexes, however much the shop's other browsers showed.
import { beforeAll, expect, test } from "vitest";
import { sql, type Sql } from "../../../app/db.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { runOn } from "../../../prisma/schema-engine.ts";
import { newShop } from "../new-shop.ts";

const BROWSERS = 20_000;
let shop: Shop;

beforeAll(async () => {
  shop = await newShop(() => new Date());
  await shop.db.tx(async (tx) => {
    await tx.run(
      sql`insert into customer (shop_id, id) select ${shop.id}, n::text from generate_series(1, ${BROWSERS}::int) n`,
    );
    await tx.run(sql`
      insert into identifier (shop_id, kind, value, account, customer_id)
      select ${shop.id}, 'client', 'browser-' || n, n::text, n::text from generate_series(1, ${BROWSERS}::int) n`);
    await tx.run(sql`
      insert into activity (shop_id, id, at, kind, anonymous_id, subject)
      select ${shop.id}, 'seen-' || n, now(), 'offer.seen', 'client:browser-' || n, 'offer' from generate_series(1, ${BROWSERS}::int) n`);
  });
  await runOn(process.env["DATABASE_URL"] ?? "", "ANALYZE activity, identifier, customer");
});

type Plan = {
  "Relation Name"?: string;
  "Actual Rows": number;
  "Actual Loops": number;
  "Rows Removed by Filter"?: number;
  Plans?: Plan[];
};

/** The rows of a table that the statement reads, with those that a filter drops. */
async function rowsRead(statement: Sql): Promise<number> {
  const [row] = await shop.db.tx((tx) =>
    tx.rows<{ "QUERY PLAN": { Plan: Plan }[] }>(sql`explain (analyze, timing off, format json) ${statement}`),
  );
  const read = (plan: Plan): number =>
    (plan["Relation Name"] ? (plan["Actual Rows"] + (plan["Rows Removed by Filter"] ?? 0)) * plan["Actual Loops"] : 0) +
    (plan.Plans ?? []).reduce((sum, each) => sum + read(each), 0);
  const plan = row?.["QUERY PLAN"][0]?.Plan;
  if (!plan) throw new Error("PostgreSQL explains a statement");
  return read(plan);
}

test("what one customer saw costs a few rows", async () => {
  expect(
    await rowsRead(sql`select * from api.offer_views where shop_id = ${shop.id} and customer_id = '17'`),
  ).toBeLessThanOrEqual(10);
});

test("a batch of customers costs some rows for each customer", async () => {
  const customers = Array.from({ length: 100 }, (_, at) => String(at + 1));
  const found = sql`(select count(*) from api.offer_views v where v.shop_id = c.shop_id and v.customer_id = c.id and v.kind = 'seen')`;
  const read = await rowsRead(
    sql`select c.id, ${found} from customer c where c.shop_id = ${shop.id} and c.id = any(${customers}::text[])`,
  );
  expect(read / customers.length).toBeLessThanOrEqual(10);
});
