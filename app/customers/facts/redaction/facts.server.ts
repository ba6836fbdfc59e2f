// What a redaction erases of the facts: orders, events, the profile, and every table with a customer_id that no domain sees to.
import { sql, type Tx } from "../../../db.server.ts";
import { eraseNews } from "../../../outbox.server.ts";
import { speaksOf, type Speaks } from "./mention.ts";
import { eraseStep, lastOf, ofCustomer, ROWS, type Around, type Done, type Step } from "./step.server.ts";

/** `tables`: those with a customer_id, out of the catalogue, so that a table that comes later is covered. */
export function factsSteps(around: Around, tables: readonly string[]): Step[] {
  const { customerIds, orderIds } = around.person;
  const speaks = speaksOf(around.person);
  const ofOrders = sql`order_id = any(${orderIds}::text[])`;
  return [
    // A visitor who turned out to be the person was the person all along.
    eraseStep(
      around,
      "event",
      sql`customer_id is null and anonymous_id in (
        select anonymous_id from event where shop_id = ${around.shopId} and ${ofCustomer(around)})`,
      "visits",
    ),
    eraseStep(around, "line_item", ofOrders, "line items of orders"),
    eraseStep(around, "refund", ofOrders),
    eraseStep(around, "order_metafield", ofOrders),
    eraseStep(around, "shop_order", sql`id = any(${orderIds}::text[])`, "orders"),
    ...tables.map((table) => eraseStep(around, table, ofCustomer(around))),
    eraseStep(around, "customer", sql`id = any(${customerIds}::text[])`),
    { name: "events that speak", run: (tx, after) => eraseEvents(tx, around.shopId, speaks, after) },
    {
      name: "news that speaks",
      async run(tx, after) {
        const { rows, last } = await eraseNews(tx, around.shopId, speaks, after, ROWS);
        return { erased: { outbox: rows }, after: last };
      },
    },
  ];
}

async function eraseEvents(tx: Tx, shopId: string, speaks: Speaks, after: string): Promise<Done> {
  const events = await tx.rows<{ id: string; text: string }>(sql`
    select id, concat_ws(' ', id, anonymous_id, data) as text from event
    where shop_id = ${shopId} and id > ${after} order by id limit ${ROWS}`);
  const gone = events.filter(({ text }) => speaks(text)).map(({ id }) => id);
  const rows = await tx.run(sql`delete from event where shop_id = ${shopId} and id = any(${gone}::text[])`);
  return { erased: { event: rows }, after: lastOf(events, ({ id }) => id) };
}
