// What a customer's browsers showed is read by indexes, however much the shop's other browsers showed.
import { beforeAll, expect, test } from "vitest";
import { sql, type Sql } from "../../../app/db.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { runOn } from "../../../prisma/schema-engine.ts";
import { planNodes, rowsRead } from "../../setup/database/plan.ts";
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

const readBy = (statement: Sql): Promise<number> => shop.db.tx(async (tx) => rowsRead(await planNodes(tx, statement)));

test("what one customer saw costs a few rows", async () => {
  expect(
    await readBy(sql`select * from api.offer_views where shop_id = ${shop.id} and customer_id = '17'`),
  ).toBeLessThanOrEqual(10);
});

test("a batch of customers costs some rows for each customer", async () => {
  const customers = Array.from({ length: 100 }, (_, at) => String(at + 1));
  const found = sql`(select count(*) from api.offer_views v where v.shop_id = c.shop_id and v.customer_id = c.id and v.kind = 'seen')`;
  const read = await readBy(
    sql`select c.id, ${found} from customer c where c.shop_id = ${shop.id} and c.id = any(${customers}::text[])`,
  );
  expect(read / customers.length).toBeLessThanOrEqual(10);
});
