// Since when a verdict holds that time changed several times: halving the days finds what a look at each day finds.
import { expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import { addDays, dayAt, startOfDay } from "../../../app/local-time.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { lateSince } from "../../../app/segments/memberships/dating/late.server.ts";
import { MAX_WORK } from "../../../app/segments/memberships/dating/work.server.ts";
import { readOnce } from "../../../app/segments/memberships/live-segment.server.ts";
import { compile } from "../../../app/segments/query/compile/compile.server.ts";
import { addCustomers, newShop } from "../new-shop.ts";

const DAYS = 120;
/** The clocks of this zone go back within these days. */
const timeZone = "America/New_York";

test.each([
  "first_order_date BETWEEN -60d AND -30d",
  "first_order_date = -10d OR last_order_date BETWEEN -45d AND -40d",
  "first_order_date < -20d AND NOT last_order_date > -15d",
  "orders_placed MATCHES (date BETWEEN -50d AND -20d) AND last_order_date < -1d",
  "orders_placed MATCHES (date BETWEEN -9d AND -7d) OR NOT orders_placed MATCHES (date > -70d)",
])("a late verdict is dated on the first day since which it holds without a break: %s", async (query) => {
  const shop = await newShop();
  const now = shop.now();
  const first = addDays(dayAt(now, timeZone), -DAYS);
  const midnight = (day: number) => startOfDay(addDays(first, day), timeZone);
  const customers = Array.from({ length: 40 }, (_, at) => String(at));
  await addCustomers(shop, ...customers);
  await shop.db.tx(async (tx) => {
    await tx.run(sql`
      insert into shop_order (shop_id, id, customer_id, currency, presentment_currency, total, ordered_at)
      select ${shop.id}, c.id || '-' || n, c.id, 'INR', 'INR', 10,
        ${midnight(0)}::timestamptz + make_interval(hours => (c.id::int * 1009 + n * 617) % (24 * ${DAYS}::int))
      from customer c, generate_series(1, 3) n where c.shop_id = ${shop.id}`);
    await tx.run(sql`
      update customer c set first_order_at = o.first, last_order_at = o.last from (
        select customer_id, min(ordered_at) as first, max(ordered_at) as last from shop_order
        where shop_id = ${shop.id} group by 1) o where c.shop_id = ${shop.id} and c.id = o.customer_id`);
  });
  const read = readOnce(query, registry);
  if (Array.isArray(read)) throw new Error(query);

  const { since, verdicts } = await shop.db.tx(async (tx) => {
    const segment = { id: "s", version: 1, evaluatedAt: null, ...read };
    const late = customers.map((customer) => ({ customer, at: midnight(0) }));
    const looks: Map<string, boolean>[] = [];
    for (let day = 0; day <= DAYS; day += 1) {
      const rows = await tx.rows<{ id: string; fits: boolean }>(sql`
        select c.id, (${compile(read.query, read.attributes, { now: midnight(day), timeZone })}) is true as fits
        from customer c where c.shop_id = ${shop.id}`);
      looks.push(new Map(rows.map(({ id, fits }) => [id, fits])));
    }
    const work = { left: MAX_WORK };
    return { since: await lateSince(shop, tx, segment, late, { now, timeZone }, work), verdicts: looks };
  });

  const expected = customers.map((customer) => {
    const fits = verdicts.map((look) => look.get(customer));
    return midnight(fits.findLastIndex((fit) => fit !== fits.at(-1)) + 1);
  });
  expect(new Set(expected.map(Number)).size, "the customers' verdicts change on different days").toBeGreaterThan(5);
  expect(customers.map((customer) => since?.get(customer))).toEqual(expected);
});
