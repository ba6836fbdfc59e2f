// The plugins' page and the language's page agree with the code: views and columns, members, events, inputs and limits. Each
// example of a query runs.
import fs from "node:fs";
import path from "node:path";
import pg from "pg";
import { expect, test } from "vitest";
import { sql } from "../../app/db.server.ts";
import { field } from "../../app/fields.ts";
import { EVENT_KINDS } from "../../app/outbox.server.ts";
import { contractFaults } from "../../app/plugins/contract/contract.server.ts";
import { limitMsOf, type Kind } from "../../app/plugins/contract/contributions.server.ts";
import { definePlugin } from "../../app/plugins/plugin.ts";
import { pluginShop } from "./kit/plugin-shop.ts";

const app = path.join(import.meta.dirname, "../../app");
const read = (file: string) => fs.readFileSync(path.join(app, file), "utf8");
const page = read("plugins/README.md");
const language = read("segments/README.md");
const nothing = definePlugin({ name: "nothing", contract: 1, label: "nothing.label", description: "nothing.text" });

const rowsOf = (text: string, first: RegExp): string[][] =>
  text
    .split("\n")
    .filter((line) => first.test(line))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

test("the page lists each view that a plugin's SQL may read, and each of its columns", async () => {
  const owner = new pg.Client({ connectionString: process.env["DATABASE_URL"] });
  await owner.connect();
  const { rows } = await owner.query<{ view: string; columns: string[] }>(`
    select 'api.' || table_name as view, array_agg(column_name::text) as columns
    from information_schema.columns where table_schema = 'api' and column_name <> 'shop_id' group by 1`);
  await owner.end();
  const listed = rowsOf(page, /^\| `api\./).map(([view = "", , columns = ""]): [string, string[]] => [
    view.replaceAll("`", ""),
    columns
      .replace(/\. .*$/, "")
      .replaceAll(/ \([^)]*\)/g, "")
      .split(", ")
      .sort(),
  ]);
  expect(Object.fromEntries(listed)).toEqual(
    Object.fromEntries(rows.map(({ view, columns }) => [view, columns.sort()])),
  );
});

test("each name that the page imports from a file is exported there", async () => {
  const taken = page
    .split("\n")
    .flatMap((line) => [...line.matchAll(/((?:`\w+`(?:,| and| with)? )+)(?:of|from) `([\w./-]+\.ts)`/g)])
    .map(([, names = "", file = ""]) => ({ names: [...names.matchAll(/\w+(?=`)/g)].map(([name]) => name), file }));
  expect(taken.map(({ file }) => file)).toEqual([
    "../../db.server.ts",
    "../../errors.ts",
    "customers/order-money.server.ts",
  ]);
  for (const { names, file } of taken) {
    const found: object = await import(path.join(app, file.replace("../../", "")));
    expect(Object.keys(found), file).toEqual(expect.arrayContaining(names));
  }
});

test("a plugin's SQL sees no row that does not count", async () => {
  const { shop } = await pluginShop(nothing);
  const views = await shop.db.tx(async (tx) => {
    await tx.run(sql`insert into customer (shop_id, id, deleted_at, merged_into) values (${shop.id}, 'here', null, null),
      (${shop.id}, 'deleted', now(), null), (${shop.id}, 'merged', now(), 'here')`);
    await tx.run(sql`insert into customer_address (shop_id, customer_id, id)
      select ${shop.id}, id, 'a' from customer where shop_id = ${shop.id}`);
    await tx.run(sql`insert into customer_metafield (shop_id, customer_id, namespace, key, type, value, updated_at)
      select ${shop.id}, id, 'facts', 'a', 'boolean', 'true', now() from customer where shop_id = ${shop.id}`);
    await tx.run(sql`insert into shop_order (shop_id, id, customer_id, currency, presentment_currency, ordered_at, test, deleted_at)
      values (${shop.id}, 'counts', 'here', 'GBP', 'GBP', now(), false, null),
        (${shop.id}, 'test', 'here', 'GBP', 'GBP', now(), true, null),
        (${shop.id}, 'deleted', 'here', 'GBP', 'GBP', now(), false, now())`);
    await tx.run(sql`insert into line_item (shop_id, order_id, id, quantity, ordered_at, counts)
      select ${shop.id}, id, 'l', 1, now(), counts from shop_order where shop_id = ${shop.id}`);
    await tx.run(sql`insert into refund (shop_id, order_id, id, at)
      select ${shop.id}, id, 'r', now() from shop_order where shop_id = ${shop.id}`);
    await tx.run(sql`insert into order_metafield (shop_id, order_id, namespace, key, type, value, updated_at)
      select ${shop.id}, id, 'facts', 'a', 'boolean', 'true', now() from shop_order where shop_id = ${shop.id}`);
    await tx.run(sql`insert into order_discount (shop_id, order_id, kind, name, ordered_at, counts)
      select ${shop.id}, id, 'code', 'TEA', now(), counts from shop_order where shop_id = ${shop.id}`);
    await tx.run(sql`insert into discount_code (shop_id, offer_id, code, from_at)
      values (${shop.id}, 'o', 'TEA', now() - interval '1 day')`);
    await tx.run(sql`insert into survey_response (shop_id, id, survey_id, version, surface, order_claim, order_id, started_at)
      values (${shop.id}, 'counts', 's', 1, 'thank_you', 'counts', 'counts', now()),
        (${shop.id}, 'claimed', 's', 1, 'thank_you', '999', null, now())`);
    await tx.run(sql`insert into answer (shop_id, response_id, question, position, survey, value_text, at)
      select ${shop.id}, id, 'q', 0, 's', 'x', now() from survey_response where shop_id = ${shop.id}`);
    return tx.rows<{ view: string; of: string[] }>(sql`
      select 'customers' as view, array_agg(id) as of from api.customers
      union all select 'addresses', array_agg(customer_id) from api.addresses
      union all select 'metafields', array_agg(customer_id) from api.metafields
      union all select 'orders', array_agg(id) from api.orders
      union all select 'line_items', array_agg(order_id) from api.line_items
      union all select 'refunds', array_agg(order_id) from api.refunds
      union all select 'redemptions', array_agg(order_id) from api.redemptions
      union all select 'order_metafields', array_agg(order_id) from api.order_metafields
      union all select 'answers', array_agg(response_id) from api.answers`);
  });
  const people = { customers: ["here"], addresses: ["here"], metafields: ["here"] };
  const orders = {
    orders: ["counts"],
    line_items: ["counts"],
    refunds: ["counts"],
    redemptions: ["counts"],
    order_metafields: ["counts"],
  };
  expect(Object.fromEntries(views.map((each) => [each.view, each.of]))).toEqual({
    ...people,
    ...orders,
    answers: ["counts"],
  });
});

test("the page has a paragraph for each member, and names each event and each input", () => {
  const [fault = ""] = contractFaults({ ...nothing, unknown: true } as never);
  const members = /Use one of (.*)\./.exec(fault)?.[1]?.split(", ") ?? [];
  const told = [...page.matchAll(/^\*\*([\w, ]+?)\.?\*\*/gm)].flatMap(([, names = ""]) => names.split(", "));
  expect(members.length).toBeGreaterThan(10);
  expect(members.filter((member) => !told.includes(member))).toEqual([]);
  for (const kind of EVENT_KINDS) expect(page).toContain(`\`${kind}\``);
  for (const input of Object.keys(field)) expect(page, input).toMatch(new RegExp(`\`${input}\`|field\\.${input}\\(`));
});

test("the page has the time limit of each member", () => {
  const rows = rowsOf(page, /^\| (`webhooks`|`events`|`jobs`|`cards`|an offer kind)/);
  const said = Object.fromEntries(rows.map(([who = "", , time = ""]) => [who, Number.parseInt(time, 10) * 1000]));
  const limits: [string, Kind][] = [
    ["`webhooks`", "webhooks"],
    ["`events`", "events"],
    ["`jobs`, `onInstalled`, `onHistory`", "jobs"],
    ["`cards`", "cards"],
    ["an offer kind's `resolve`", "offerKinds"],
  ];
  expect(said).toEqual(Object.fromEntries(limits.map(([who, kind]) => [who, limitMsOf(kind)])));
});

/**
 * For each example: customers who match and customers who do not, on the 28th of November 2026 at noon in London. Times are in
 * UTC.
 */
const NOW = new Date("2026-11-28T12:00:00Z");
const EXAMPLES: Record<string, { inside: Facts[]; outside: Facts[] }> = {
  "last_order_date >= -90d": {
    inside: [{ ordered: ["2026-08-29T23:00:00"] }, { ordered: ["2026-11-28T11:00:00"] }],
    outside: [{ ordered: ["2026-08-29T22:59:59"] }, {}],
  },
  "last_order_date < -1y": {
    inside: [{ ordered: ["2025-11-27T23:59:59"] }],
    outside: [{ ordered: ["2025-11-28T00:00:00"] }, { ordered: ["2024-01-01T00:00:00", "2026-01-01T00:00:00"] }],
  },
  "customer_added_date BETWEEN 2026-01-01 AND 2026-03-31": {
    inside: [{ added: "2026-01-01T00:00:00" }, { added: "2026-03-31T22:59:59" }],
    outside: [{ added: "2025-12-31T23:59:59" }, { added: "2026-03-31T23:00:00" }],
  },
  "orders_placed MATCHES (date >= -30d, count >= 2)": {
    inside: [{ ordered: ["2026-10-29T00:00:00", "2026-11-28T11:00:00"] }],
    outside: [{ ordered: ["2026-10-28T22:00:00", "2026-11-28T11:00:00"] }],
  },
  "products_purchased MATCHES (id = 7, date >= -30d)": {
    inside: [{ ordered: ["2026-11-28T11:00:00"] }],
    outside: [{ ordered: ["2026-10-01T11:00:00"] }],
  },
  "customer_added_date = 2026-11-28": {
    inside: [{ added: "2026-11-28T00:00:00" }, { added: "2026-11-28T11:59:00" }],
    outside: [{ added: "2026-11-27T23:59:59" }],
  },
  "customer_added_date >= 2026-11-28T14:30:00": {
    inside: [{ added: "2026-11-28T14:30:00" }],
    outside: [{ added: "2026-11-28T14:29:59" }],
  },
  "customer_added_date = yesterday": {
    inside: [{ added: "2026-11-27T00:00:00" }],
    outside: [{ added: "2026-11-28T00:00:00" }, { added: "2026-11-26T23:59:59" }],
  },
};
type Facts = { added?: string; ordered?: string[] };

test.each(Object.entries(EXAMPLES))("the example %s says what the language's page says of it", async (query, facts) => {
  expect(language).toContain(`\`${query}\``);
  const { shop, members } = await pluginShop(nothing);
  const people = [...facts.inside, ...facts.outside].map((each, at) => ({ id: String(at + 1), ...each }));
  await shop.db.tx(async (tx) => {
    for (const { id, added = "2020-01-01T00:00:00", ordered = [] } of people) {
      const last = [...ordered].sort().at(-1);
      await tx.run(sql`insert into customer (shop_id, id, added_at, number_of_orders, last_order_at)
        values (${shop.id}, ${id}, ${`${added}Z`}, ${ordered.length}, ${last === undefined ? null : `${last}Z`})`);
      for (const [at, day] of ordered.entries()) {
        await tx.run(sql`insert into shop_order (shop_id, id, customer_id, currency, presentment_currency, ordered_at)
          values (${shop.id}, ${`${id}/${at}`}, ${id}, 'GBP', 'GBP', ${`${day}Z`})`);
        await tx.run(sql`insert into line_item (shop_id, order_id, id, customer_id, product_id, quantity, ordered_at)
          values (${shop.id}, ${`${id}/${at}`}, 'l', ${id}, '7', 1, ${`${day}Z`})`);
      }
    }
  });
  const inside = people.slice(0, facts.inside.length).map(({ id }) => id);
  expect(await members(query, NOW)).toEqual(inside);
});

test("each query on the language's page is valid", async () => {
  const { members } = await pluginShop(nothing);
  const written = [...language.matchAll(/`([a-z_]+ (?:[<>=!]|BETWEEN|CONTAINS|IS|MATCHES)[^`]*)`/g)].map(
    ([, query = ""]) => query,
  );
  expect(written.length).toBeGreaterThan(8);
  for (const query of written) await members(query, NOW);
});
