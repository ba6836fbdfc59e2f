// The values that the segment editor suggests: those of this shop only.
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import { registryFor } from "../../../app/plugins/installed.server.ts";
import { loader } from "../../../app/routes/app.segments.values.ts";
import { preview } from "../../../app/segments/preview.server.ts";
import type { Suggest } from "../../../app/segments/attribute.server.ts";
import { offerValues } from "../../../app/segments/values/values.server.ts";
import type { OfferedValue } from "../../../app/segments/values/value-source.ts";
import { nameOfValue } from "../../../app/segments/values/value-names.ts";
import { merchant } from "../../../app/shopify.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { startDevShop, type DevShop } from "../../setup/dev-shop.ts";

let dev: DevShop;
let shop: Shop;

const fill = ({ db, id }: Shop, tag: string) =>
  db.tx(async (tx) => {
    await tx.run(sql`insert into customer (shop_id, id, email, locale, tags) values
      (${id}, '1', 'asha@example.com', 'gu', array['vip', ${tag}]), (${id}, '2', 'b@shop.in', 'en', array['vip', 'it''s 100%', 'ends\\'])`);
    await tx.run(sql`insert into customer_address (shop_id, customer_id, id, city, region_code, country_code) values
      (${id}, '1', 'a', 'New York City', 'NY', 'US'), (${id}, '2', 'b', 'Paris', null, 'FR')`);
    await tx.run(sql`insert into product (shop_id, id, title, tags, deleted_at) values
      (${id}, '11', 'Assam Second Flush', '{black}', null), (${id}, '12', 'Darjeeling', '{black,first}', null),
      (${id}, '13', 'Assam, gone', '{old}', now())`);
    await tx.run(sql`insert into survey (shop_id, id, handle, name, questions, created_at, updated_at) values (${id}, 's', 'nps', 'Recommend us?',
      '[{"handle": "score", "words": {"en": {"label": "How likely?"}}}, {"handle": "why", "words": {"en": {"label": "Why?"}}, "counted": {"measure": "shares", "values": [{"value": "Fresh tea", "label": "Fresh tea"}, {"value": "gift", "label": "A gift"}]}}]', now(), now())`);
    await tx.run(sql`insert into survey_response (shop_id, id, survey_id, version, surface, started_at)
      values (${id}, 'r', 's', 1, 'storefront', now())`);
    await tx.run(sql`insert into answer (shop_id, response_id, question, position, survey, customer_id, value_text, at) values
      (${id}, 'r', 'score', 0, 'nps', '1', '9', now()), (${id}, 'r', 'why', 0, 'nps', '1', 'Fresh tea', now())`);
  });

beforeAll(async () => {
  dev = await startDevShop("chai.myshopify.com");
  ({ shop } = await merchant(dev.document("/app")));
  await fill(shop, "early");
  const other = await merchant(dev.document("/app", { shop: dev.addShop("other.myshopify.com") }));
  await fill(other.shop, "theirs");
});
afterAll(() => dev.close());

const offered = async (asked: Record<string, string>) => {
  const request = dev.data(`/app/segments/values?${new URLSearchParams(asked)}`);
  return (await (await loader({ request, params: {}, context: {} })).json()) as OfferedValue[];
};
const texts = async (asked: Record<string, string>) => (await offered(asked)).map(({ text }) => text);

test("tags, places, domains and languages are suggested as a query writes them, the most frequent first", async () => {
  expect(await texts({ attribute: "customer_tags" })).toEqual(["'vip'", "'early'", "'it\\'s 100%'"]);
  expect(await offered({ attribute: "customer_cities" })).toEqual([
    { text: "'US-NY-NewYorkCity'", title: "New York City, NY, United States" },
    { text: "'FR-Paris'", title: "Paris, France" },
  ]);
  expect(await offered({ attribute: "customer_regions" })).toEqual([{ text: "'US-NY'", title: "NY, United States" }]);
  expect(await texts({ attribute: "customer_email_domain" })).toEqual(["'example.com'", "'shop.in'"]);
  expect(await texts({ attribute: "customer_language" })).toEqual(["'en'", "'gu'"]);
});

test("a city is named by its parts, whatever hyphens a region's code or a city's name has, and its code finds the customers it was taken from", async () => {
  const far = (await merchant(dev.document("/app", { shop: dev.addShop("far.myshopify.com") }))).shop;
  const places = [
    ["JP", "JP-13", "Chiyoda-ku", "JP-JP-13-Chiyoda-ku", "Chiyoda-ku, JP-13, Japan"],
    ["MX", "TAMPS", "Reynosa", "MX-TAMPS-Reynosa", "Reynosa, TAMPS, Mexico"],
    ["GB", null, "Stoke-on-Trent", "GB-Stoke-on-Trent", "Stoke-on-Trent, United Kingdom"],
    ["FR", null, "LA-Ville", "FR-LA-Ville", "LA-Ville, France"],
    ["US", "NY", "New York City", "US-NY-NewYorkCity", "New York City, NY, United States"],
    ["KR", "KR-11", "Seoul", "KR-KR-11-Seoul", "Seoul, KR-11, South Korea"],
  ] as const;
  await far.db.tx(async (tx) => {
    for (const [at, [country, region, city]] of places.entries()) {
      await tx.run(sql`insert into customer (shop_id, id) values (${far.id}, ${`${at}`})`);
      await tx.run(sql`insert into customer_address (shop_id, customer_id, id, city, region_code, country_code)
        values (${far.id}, ${`${at}`}, 'a', ${city}, ${region}, ${country})`);
    }
  });
  const engine = await registryFor(far);
  for (const [, , , code, name] of places) {
    const asked = new URLSearchParams({ attribute: "customer_cities", search: code });
    expect(await offerValues(far, asked, { engine, locale: "en" })).toEqual([{ text: `'${code}'`, title: name }]);
    const found = await preview(far, `customer_cities CONTAINS '${code}'`, engine);
    expect(found.ok && found.count, code).toBe(1);
  }
});

test("languages and regions are found by their names in the merchant's language", async () => {
  expect(await offered({ attribute: "customer_language", search: "guj" })).toEqual([
    { text: "'gu'", title: "Gujarati" },
  ]);
  expect(await texts({ attribute: "customer_regions", search: "united st" })).toEqual(["'US-NY'"]);
  expect(await offered({ attribute: "customer_language", search: "eng", locale: "de" })).toEqual([
    { text: "'en'", title: "Englisch" },
  ]);
});

test("typed text narrows the suggestions, and its characters are no wildcards", async () => {
  expect(await texts({ attribute: "customer_tags", search: "VI" })).toEqual(["'vip'"]);
  expect(await texts({ attribute: "customer_tags", search: "%" })).toEqual(["'it\\'s 100%'"]);
  expect(await texts({ attribute: "customer_tags", search: "' or true --" })).toEqual([]);
  expect(await texts({ attribute: "customer_cities", search: "york" })).toEqual(["'US-NY-NewYorkCity'"]);
});

test("a product is found by its title or its id, and is inserted as its id", async () => {
  const assam = { text: "11", title: "Assam Second Flush" };
  expect(await offered({ attribute: "products_purchased", parameter: "id", search: "assam" })).toEqual([assam]);
  expect(await offered({ attribute: "products_purchased", parameter: "id", search: "11" })).toEqual([assam]);
  expect(await texts({ attribute: "products_purchased", parameter: "tag" })).toEqual(["'black'", "'first'"]);
});

test("surveys, their questions and their answers are suggested one after the other", async () => {
  const asked = { attribute: "survey_answer" };
  expect(await offered({ ...asked, parameter: "survey" })).toEqual([{ text: "'nps'", title: "Recommend us?" }]);
  expect(await offered({ ...asked, parameter: "question", "given.survey": "nps" })).toEqual([
    { text: "'score'", title: "How likely?" },
    { text: "'why'", title: "Why?" },
  ]);
  expect(await texts({ ...asked, parameter: "question", "given.survey": "none" })).toEqual([]);
  expect(await texts({ ...asked, parameter: "value", "given.survey": "nps", "given.question": "why" })).toEqual([
    "'Fresh tea'",
    "'gift'",
  ]);
  expect(await offered({ ...asked, parameter: "value", "given.survey": "nps", search: "gift" })).toEqual([
    { text: "'gift'", title: "A gift" },
  ]);
});

test("every suggested value is valid in a query and finds the customers it was taken from", async () => {
  const engine = await registryFor(shop);
  for (const attribute of ["customer_tags", "customer_cities", "customer_regions"]) {
    for (const text of await texts({ attribute })) {
      const found = await preview(shop, `${attribute} CONTAINS ${text}`, engine);
      expect(found.ok && found.count, text).toBeGreaterThan(0);
    }
  }
});

test("nothing is suggested for an attribute without values of the shop", async () => {
  expect(await offered({ attribute: "amount_spent" })).toEqual([]);
  expect(await offered({ attribute: "toString" })).toEqual([]);
  expect(await offered({})).toEqual([]);
});

test("a plugin suggests its tiers with the number of customers in each", async () => {
  await shop.db.tx((tx) =>
    tx.run(sql`insert into plugin_record (shop_id, plugin, kind, key, customer_id, data, updated_at) values
      (${shop.id}, 'loyalty', 'spent', '1', '1', '{"spent": "500"}', now()),
      (${shop.id}, 'loyalty', 'spent', '2', '2', '{"spent": "499.99"}', now()),
      (${shop.id}, 'loyalty', 'spent', '3', '3', '{"spent": "150"}', now())`),
  );
  expect(await offered({ attribute: "loyalty_tier" })).toEqual([
    { text: "'SILVER'", customers: 2 },
    { text: "'GOLD'", customers: 1 },
  ]);
});

test("a plugin with wrong suggestions removes nothing: its values are not suggested, and the reason is logged", async () => {
  const broken: Record<string, Suggest> = {
    throws: () => {
      throw new Error("no idea");
    },
    asks_amiss: () => sql`select nothing from nowhere`,
    sleeps: () => sql`select 'late' as value, null as title, 1 as times from pg_sleep(60)`,
  };
  const attributes = Object.fromEntries(
    Object.entries(broken).map(([name, suggest]) => [
      name,
      { label: "x", type: "string" as const, sql: () => sql`null::text`, reads: ["profile"] as const, suggest },
    ]),
  );
  for (const attribute of Object.keys(broken)) {
    const asked = new URLSearchParams({ attribute });
    expect(await offerValues(shop, asked, { engine: { attributes }, locale: "en" }), attribute).toEqual([]);
  }
});

test("every value of every closed list of every installed plugin has a name", async () => {
  const { attributes } = await registryFor(shop);
  const nameless = Object.entries(attributes).flatMap(([attribute, entry]) => {
    const shapes = "params" in entry ? Object.values(entry.params) : [entry];
    return shapes.flatMap(({ values = [], named }) =>
      values
        .filter((value) => nameOfValue(value, named, "en", (key) => key) === value)
        .map((value) => `${attribute} ${value}`),
    );
  });
  expect(nameless).toEqual([]);
});
