// Searches that a merchant types or pastes, also with the invisible characters that a copied text may contain.
import { shopifyReader } from "../../../app/sync/sources/shopify/reading/topics.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import { loader } from "../../../app/routes/app.customers._index.tsx";
import { registryFor } from "../../../app/plugins/installed.server.ts";
import { preview } from "../../../app/segments/preview.server.ts";
import { readSegment } from "../../../app/segments/segment.server.ts";
import { savedSegment } from "../../setup/definitions.ts";
import { merchant } from "../../../app/shopify.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { applyRows, type Row } from "../../../app/sync/reading/rows.server.ts";
import { startDevShop, type DevShop } from "../../setup/dev-shop.ts";

const FROM_SHOPIFY = { reader: shopifyReader, connection: "", isHistory: false };

let dev: DevShop;
let shop: Shop;

beforeAll(async () => {
  dev = await startDevShop("sencha.myshopify.com");
  ({ shop } = await merchant(dev.document("/app")));
  await shop.db.tx((tx) =>
    tx.run(sql`insert into customer (shop_id, id, first_name, last_name, email, phone, tags) values
      (${shop.id}, '1', 'Asha', 'Patel', 'asha@example.com', '+16135551212', array['vip']),
      (${shop.id}, '2', 'Bob', 'Stone', 'bob.613@example.com', '+447700900123', '{}'),
      (${shop.id}, '3', 'Chen', 'Li', 'c@example.com', null, '{}')`),
  );
});
afterAll(() => dev.close());

const found = async (search: string) => {
  const request = dev.data(`/app/customers?${new URLSearchParams({ q: search })}`);
  const page = await loader({ request, params: {}, context: {} });
  return page.customers.map(({ id }) => id).sort();
};

test.each([
  ["+1 613-555-1212", ["1"]],
  ["+16135551212", ["1"]],
  ["(613) 555-1212", ["1"]],
  ["613.555.1212", ["1"]],
  ["613/555/1212", ["1"]],
  ["613 – 555 – 1212", ["1"]],
  ["1 (613) 5 5 5 1 2 1 2", ["1"]],
  ["001 613 555 1212", ["1"]],
  ["0044 7700 900123", ["2"]],
  ["+44 (0)7700 900123", ["2"]],
  ["07700 900 123", ["2"]],
  ["555-12", ["1"]],
  ["900123", ["2"]],
  ["＋１ ６１３ ５５５ １２１２", ["1"]],
  ["+1\u00A0613\u2011555\u20111212", ["1"]],
  ["\u202A+1 613-555-1212\u202C", ["1"]],
  ["tel:+1-613-555-1212", ["1"]],
  ["TEL:+16135551212", ["1"]],
  ["613\u2212555\u22121212", ["1"]],
  ["Asha 613-555", ["1"]],
  ["Bob 613-555", []],
  ["613", ["1", "2"]],
  ["+1 613-555-9999", []],
  ["000", []],
  ["Asha\u200B Patel", ["1"]],
  ["\uFEFFasha@exam\u00ADple.com", ["1"]],
])("a search for %j finds %j", async (search, ids) => {
  expect(await found(search)).toEqual(ids);
});

const HIDDEN = ["\u200B", "\uFEFF", "\u00AD", "\u2060", "\u200E", "\u200F", "\u202C", "\u2069", "\u200D", "\u061C"];

test("invisible characters in a pasted query belong to no word and no value", async () => {
  const engine = await registryFor(shop);
  for (const hidden of HIDDEN) {
    const pasted = `${hidden}customer_${hidden}tags CON${hidden}TAINS ${hidden}'v${hidden}ip'${hidden} AND number_of_orders ${hidden}>${hidden}= ${hidden}0${hidden}`;
    expect(await preview(shop, pasted, engine), JSON.stringify(hidden)).toMatchObject({ ok: true, count: 1 });
    expect(await found(pasted)).toEqual(["1"]);
    const id = await savedSegment(shop, { name: `V${hidden}IP ${hidden}`, query: pasted }, engine);
    expect(await readSegment(shop, id)).toMatchObject({
      name: "VIP",
      query: "customer_tags CONTAINS 'vip' AND number_of_orders >= 0",
    });
    await expect(savedSegment(shop, { name: hidden, query: pasted }, engine)).rejects.toThrow("name_blank");
  }
});

test("a tag, a name and a phone with invisible characters are found by their visible text", async () => {
  const row: Row = {
    seq: "1",
    topic: "history:customers",
    key: "9",
    triggeredAt: new Date(),
    receivedAt: new Date(),
    attempts: 4,
    json: {
      node: {
        id: "gid://shopify/Customer/9",
        firstName: "Di\u200Bna",
        tags: ["whole\u00ADsale"],
        updatedAt: "2026-10-05T10:00:00Z",
        defaultPhoneNumber: { phoneNumber: "\u202A+33123456789\u202C" },
      },
      addresses: [],
    },
  };
  await shop.db.tx((tx) => applyRows(shop, tx, [row], FROM_SHOPIFY));
  expect(await found("Dina")).toEqual(["9"]);
  expect(await found("+33 1 23 45 67 89")).toEqual(["9"]);
  expect(await found("customer_tags CONTAINS 'wholesale'")).toEqual(["9"]);
});
