// PostgreSQL answers COMMIT with ROLLBACK if a statement of the transaction failed, and reports no error.
import { expect, test } from "vitest";
import { forShop, sql } from "../../app/db.server.ts";

const SHOP = "tea.myshopify.com";
const { tx } = forShop(SHOP);
const insert = sql`insert into customer (shop_id, id) values (${SHOP}, '1')`;
const customers = () => tx((it) => it.rows(sql`select id from customer where shop_id = ${SHOP}`));

test("work that swallows a failed statement is not reported as committed", async () => {
  const work = tx(async (it) => {
    await it.run(insert);
    await it.run(sql`select 1 / 0`).catch(() => 0);
  });
  await expect(work).rejects.toThrow("the transaction was rolled back");
  expect(await customers()).toEqual([]);
});

test("the connection works afterwards, and work that rolls its failed statement back to a savepoint is committed", async () => {
  await tx(async (it) => {
    await it.run(sql`savepoint before`);
    await it.run(sql`select 1 / 0`).catch(() => it.run(sql`rollback to savepoint before`));
    await it.run(insert);
  });
  expect(await customers()).toEqual([{ id: "1" }]);
});
