// A text that is pasted into a query has another spelling of the same letters than the customer's: the customer is found.
import { beforeAll, expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import { searched } from "../../../app/customers/search.server.ts";
import { attributes } from "../../../app/plugins/attributes/plugin.server.ts";
import { assemble } from "../../../app/plugins/registry.server.ts";
import { selectCustomers } from "../../../app/segments/preview.server.ts";
import { offerValues } from "../../../app/segments/values/values.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { newShop } from "../new-shop.ts";

const engine = assemble([attributes]);
/** é as one letter, as keyboards write it. */
const ONE = "caf\u00e9";
/** e with an accent, as names of files on a Mac and texts from a PDF have it. */
const TWO = "cafe\u0301";

let shop: Shop;
beforeAll(async () => {
  shop = await newShop(() => new Date("2026-11-22T09:00:00Z"));
  await shop.db.tx(async (tx) => {
    await tx.run(sql`insert into customer (shop_id, id, email, first_name, tags) values
      (${shop.id}, '1', 'A@Example.COM', ${ONE}, ${[ONE]}), (${shop.id}, '2', 'b@example.com', ${TWO}, ${[TWO, "vip"]}),
      (${shop.id}, '3', null, null, ${["Σίσυφος"]})`);
    await tx.run(sql`insert into customer_address (shop_id, id, customer_id, country_code, city) values
      (${shop.id}, '1', '1', 'FR', ${ONE}), (${shop.id}, '2', '2', 'FR', ${TWO})`);
  });
});

const found = async (query: string) => {
  const selected = await selectCustomers(shop, query, engine);
  return selected.ok ? selected.sample : selected.faults;
};

test.each<[string, string[]]>([
  [`customer_tags CONTAINS '${ONE}'`, ["1", "2"]],
  [`customer_tags CONTAINS '${TWO}'`, ["1", "2"]],
  [`customer_tags CONTAINS '${TWO.toUpperCase()}'`, ["1", "2"]],
  [`customer_tags NOT CONTAINS '${TWO}'`, ["3"]],
  [`customer_cities CONTAINS 'FR-${ONE}'`, ["1", "2"]],
  [`customer_cities CONTAINS 'FR-${TWO}'`, ["1", "2"]],
  // The language compares tags without regard to case, and Σ has two small letters.
  ["customer_tags CONTAINS 'ΣΊΣΥΦΟΣ'", ["3"]],
  ["customer_tags CONTAINS 'σίσυφοσ'", ["3"]],
  ["customer_email_domain = 'EXAMPLE.COM'", ["1", "2"]],
  ["customer_email_domain = 'example.com'", ["1", "2"]],
  ["customer_email_domain != 'Example.com'", ["3"]],
  ["customer_email_domain != 'Example.com' AND customer_email_domain IS NOT NULL", []],
])("%s", async (query, ids) => {
  expect(await found(query)).toEqual(ids);
});

test.each([ONE, TWO])("the search for a customer finds both spellings of %j", async (search) => {
  const rows = await shop.db.tx((tx) =>
    tx.rows<{ id: string }>(
      sql`select c.id from customer c where c.shop_id = ${shop.id} ${searched(search)} order by c.id`,
    ),
  );
  expect(rows.map(({ id }) => id)).toEqual(["1", "2"]);
});

test.each([ONE, TWO])("the editor offers both spellings for %j", async (search) => {
  const asked = new URLSearchParams({ attribute: "customer_tags", search });
  const offered = await offerValues(shop, asked, { engine, locale: "en" });
  expect(offered.map(({ text }) => text).toSorted()).toEqual([`'${TWO}'`, `'${ONE}'`]);
});
