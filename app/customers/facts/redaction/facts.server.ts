// The steps of a redaction that erase facts: orders, events, the profile, and each table with a customer_id that no domain erases.
import { sql, type Tx } from "../../../db.server.ts";
import { eraseOutboxEvents } from "../../../outbox.server.ts";
import { mentionsPerson, type Mentions } from "./mention.ts";
import {
  eraseStep,
  lastOf,
  ofCustomer,
  ROWS,
  type RedactionContext,
  type StepResult,
  type Step,
} from "./step.server.ts";

/** `tables`: tables with a customer_id, from the database's catalogue, so that a table that is added later is covered. */
export function factsSteps(context: RedactionContext, tables: readonly string[]): Step[] {
  const { customerIds, orderIds } = context.person;
  const mentions = mentionsPerson(context.person);
  const ofOrders = sql`order_id = any(${orderIds}::text[])`;
  return [
    // An anonymous visitor's events belong to the person if another event has both the anonymous id and the person's id.
    eraseStep(
      context,
      "event",
      sql`customer_id is null and anonymous_id in (
        select anonymous_id from event where shop_id = ${context.shopId} and ${ofCustomer(context)})`,
      "visits",
    ),
    eraseStep(context, "line_item", ofOrders, "line items of orders"),
    eraseStep(context, "order_discount", ofOrders, "discounts of orders"),
    eraseStep(context, "refund", ofOrders),
    eraseStep(context, "order_metafield", ofOrders),
    eraseStep(context, "shop_order", sql`id = any(${orderIds}::text[])`, "orders"),
    ...tables.map((table) => eraseStep(context, table, ofCustomer(context))),
    eraseStep(context, "customer", sql`id = any(${customerIds}::text[])`),
    { name: "events that speak", run: (tx, after) => eraseEvents(tx, context.shopId, mentions, after) },
    {
      name: "news that speaks",
      async run(tx, after) {
        const { rows, last } = await eraseOutboxEvents(tx, context.shopId, mentions, after, ROWS);
        return { erased: { outbox: rows }, after: last };
      },
    },
  ];
}

async function eraseEvents(tx: Tx, shopId: string, mentions: Mentions, after: string): Promise<StepResult> {
  const events = await tx.rows<{ id: string; text: string }>(sql`
    select id, concat_ws(' ', id, anonymous_id, data) as text from event
    where shop_id = ${shopId} and id > ${after} order by id limit ${ROWS}`);
  const gone = events.filter(({ text }) => mentions(text)).map(({ id }) => id);
  const rows = await tx.run(sql`delete from event where shop_id = ${shopId} and id = any(${gone}::text[])`);
  return { erased: { event: rows }, after: lastOf(events, ({ id }) => id) };
}
