// The examples of app/plugins/README.md, checked by the compiler and run. This file contains the TypeScript blocks of that page
// and of app/segments/README.md, word for word.
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { sql } from "../../app/db.server.ts";
import { field } from "../../app/fields.ts";
import { defineFunction, defineOfferKind, definePlugin, defineQuestionKind } from "../../app/plugins/plugin.ts";
import { pluginShop } from "./kit/plugin-shop.ts";
import { testPlugin } from "./kit/test-plugin.ts";

const visits = definePlugin({
  name: "visits",
  contract: 1,
  label: "visits.label",
  description: "visits.description",
  settings: {
    greeting: field.text("visits.greeting", { optional: true }),
    days: field.integer("visits.days", { initial: 7, min: 1, max: 60 }),
    towns: field.list("visits.towns", { initial: ["Leeds", "York"] }),
    size: field.choice("visits.size", { s: "visits.small", l: "visits.large" }, { initial: "s" }),
    rush: field.toggle("visits.rush"),
    rushed: field.when(
      { rush: true },
      field.group("visits.rushed", {
        fee: field.money("visits.fee", { initial: "5" }),
        only: field.collections("visits.only", { optional: true }),
      }),
    ),
  },
  metafields: [{ owner: "customer", namespace: "facts", key: "shoe_size", type: "number_integer" }],
  webhooks: {
    "orders/create": async ({ records, settings }, order) => {
      if (!order.customer) return;
      const data = {
        town: order.source_name ?? "",
        at: order.processed_at ?? null,
        tags: ["first"],
        greeting: settings.greeting || "Hello",
      };
      await records("visit").put({ key: order.id, customerId: order.customer.id, data });
    },
  },
  attributes: {
    shoe_size: {
      label: "visits.shoe_size",
      type: "integer",
      nullable: true,
      reads: ["metafields"],
      sql: () => sql`(select m.value::int from api.metafields m where m.shop_id = c.shop_id and m.customer_id = c.id
        and m.namespace = 'facts' and m.key = 'shoe_size')`,
    },
    last_visit: {
      label: "visits.last",
      type: "date",
      reads: ["records:visit"],
      sql: () => sql`(select max((r.data ->> 'at')::timestamptz) from api.records r where r.shop_id = c.shop_id
        and r.plugin = 'visits' and r.kind = 'visit' and r.customer_id = c.id)`,
    },
    is_new: {
      label: "visits.new",
      type: "boolean",
      reads: ["profile"],
      sql: ({ now }) => sql`(c.added_at > ${now}::timestamptz - interval '30 days')`,
      flips: ({ from, to }) => sql`(c.added_at > ${from}::timestamptz - interval '30 days'
        and c.added_at <= ${to}::timestamptz - interval '30 days')`,
    },
    store_visit: defineFunction({
      label: "visits.visit",
      reads: ["records:visit"],
      params: {
        town: { label: "visits.town", type: "enum", values: ["Leeds", "York"] },
        date: { label: "visits.date", type: "date" },
        order: { label: "visits.order", type: ["id", "string"] },
        tag: { label: "visits.tag", type: "string" },
      },
      sql: (given) => sql`exists (select from api.records r where r.shop_id = c.shop_id and r.plugin = 'visits'
        and r.kind = 'visit' and r.customer_id = c.id
        and ${given("town", sql`r.data ->> 'town'`)}
        and ${given("date", sql`(r.data ->> 'at')::timestamptz`)}
        and ${given("order", { id: sql`r.key`, string: sql`r.data ->> 'name'` })}
        and ${given("tag", { list: sql`array(select jsonb_array_elements_text(r.data -> 'tags'))` })})`,
      flips: (given) => sql`exists (select from api.records r where r.shop_id = c.shop_id and r.plugin = 'visits'
        and r.kind = 'visit' and r.customer_id = c.id
        and ${given.differs("date", sql`(r.data ->> 'at')::timestamptz`)})`,
    }),
  },
  offerKinds: {
    visits_gift: defineOfferKind({
      label: "visits.gift",
      settings: {
        share: field.percent("visits.share", { initial: "10" }),
        voucher: field.text("visits.voucher", { initial: "VISIT" }),
        target: field.url("visits.target", { optional: true }),
      },
      when: { code: "voucher" },
      unique: ["voucher"],
      shows: { percent: "share", href: "target" },
      resolve: (_context, { share, voucher, target }) => ({
        content: { shape: "discount", percent: share, code: voucher, href: target || null },
        discount: { title: "", grant: { kind: "percent", percent: share }, code: voucher },
      }),
    }),
  },
  questionKinds: {
    visits_mood: defineQuestionKind({
      label: "visits.mood",
      settings: { moods: field.list("visits.moods", { initial: ["1", "3", "5"] }) },
      measure: "mean",
      scale: { from: 1, to: 5 },
      values: ({ moods }, { choices }) => moods.map((value, at) => ({ value, label: choices[at] || value })),
      words: { perChoice: "moods" },
      shape: ({ moods }, { choices }) => ({
        shape: "choice",
        multiple: false,
        choices: moods.map((value, at) => ({ value, label: choices[at] || value })),
      }),
      check: ([mood = ""], { moods }) =>
        moods.includes(mood) && /^[1-5]$/.test(mood)
          ? { ok: true, values: [{ text: mood, number: mood }] }
          : { ok: false, fault: { key: "visits.no_mood" } },
    }),
  },
  cards: {
    visits_figure: {
      label: "visits.figure",
      place: "home",
      resolve: async () => ({ shape: "figure", unit: "count", value: "12", before: "9" }),
    },
    visits_rows: {
      label: "visits.rows",
      place: "home",
      resolve: async () => ({
        shape: "rows",
        rows: [{ label: "Leeds", verbatim: true, value: "40.00", unit: "money" }],
      }),
    },
    visits_bars: {
      label: "visits.bars",
      place: "home",
      resolve: async () => ({
        shape: "bars",
        unit: "count",
        bars: [{ label: "Leeds", verbatim: true, value: "2" }],
      }),
    },
    visits_series: {
      label: "visits.series",
      place: "home",
      resolve: async () => ({
        shape: "series",
        unit: "count",
        points: [{ day: "2026-11-28", value: null }],
      }),
    },
    visits_matrix: {
      label: "visits.matrix",
      place: "home",
      resolve: async () => ({
        shape: "matrix",
        unit: "percent",
        columns: [{ label: "visits.again" }],
        rows: [{ label: "Leeds", verbatim: true, values: ["0.25"] }],
      }),
    },
  },
});

testPlugin(visits);

const order = (id: number, customer: number, town: string, at: string) => ({
  ...{ id, customer: { id: customer }, source_name: town, processed_at: at, test: false },
});

test("an order from Leeds is a visit", async () => {
  const { send, settle, follow, members } = await pluginShop(visits);
  await follow("store_visit MATCHES (town = 'Leeds')");
  await send("orders/create", { id: 1, customer: { id: 7 }, source_name: "Leeds" });
  await settle();
  expect(await members("store_visit MATCHES (town = 'Leeds')")).toEqual(["7"]);
});

test("each parameter is compared with the expression for its type", async () => {
  const { send, settle, members, follow } = await pluginShop(visits);
  await send("orders/create", order(1, 7, "Leeds", "2026-11-20T10:00:00Z"));
  await send("orders/create", order(2, 8, "York", "2026-11-27T10:00:00Z"));
  await settle();
  const now = new Date("2026-11-28T12:00:00Z");
  expect(await members("store_visit MATCHES (order = 1)")).toEqual(["7"]);
  expect(await members("store_visit MATCHES (order = 'x')")).toEqual([]);
  expect(await members("store_visit MATCHES (tag = 'first', town IN ('York', 'Leeds'))")).toEqual(["7", "8"]);
  expect(await members("store_visit MATCHES (date >= -3d)", now)).toEqual(["8"]);
  expect(await members("last_visit = yesterday", now)).toEqual(["8"]);
  const lately = "store_visit MATCHES (date >= -400d)";
  await follow(lately);
  expect(await members(lately)).toEqual(["7", "8"]);
});

test("a metafield's text is cast to its type", async () => {
  const { addCustomer, settle, members } = await pluginShop(visits);
  const id = await addCustomer({ "facts.shoe_size": { type: "number_integer", value: "42" } });
  await settle();
  expect(await members("shoe_size >= 40")).toEqual([id]);
});

test("an optional setting that is empty is an empty text, and a group whose condition is false is undefined", async () => {
  const { send, settle, records, registry, set } = await pluginShop(visits);
  expect(registry.settings.get("visits")).toEqual({
    ...{ greeting: "", rush: false },
    ...{ days: 7, towns: ["Leeds", "York"], size: "s" },
  });
  await send("orders/create", order(1, 7, "Leeds", "2026-11-20T10:00:00Z"));
  await settle();
  expect((await records("visit"))[0]?.data).toMatchObject({ greeting: "Hello" });
  await set({
    days: "60",
    towns: "Hull\nLeeds",
    size: "l",
    greeting: "",
    rush: "true",
    "rushed.fee": "7.50",
    "rushed.only": "1\n2",
  });
  await expect(set({ days: "61" })).rejects.toThrow("field.too_large");
});

test("a kind is called as the app calls it", async () => {
  const { offer, answer, cards } = await pluginShop(visits);
  expect(await offer("visits_gift", { share: "15", voucher: "LEEDS" })).toMatchObject({
    ok: true,
    content: { shape: "discount", percent: "15", code: "LEEDS", href: null },
  });
  expect(await answer("visits_mood", ["3"])).toEqual({ ok: true, values: [{ text: "3", number: "3" }] });
  expect(await answer("visits_mood", ["9"])).toEqual({ ok: false, fault: { key: "visits.no_mood" } });
  expect((await cards("home")).map(({ content }) => content.shape)).toEqual(
    expect.arrayContaining(["figure", "rows", "bars", "series", "matrix"]),
  );
});

/** A piece of code without comments, white space and trailing commas. */
const bare = (code: string) =>
  code
    .replaceAll(/\/\/.*$/gm, "")
    .replaceAll(/\s+/g, "")
    .replaceAll(/,(?=[)\]}]|$)/g, "");

test("this file contains each TypeScript block of the two pages", () => {
  const pages = ["plugins", "segments"].map((folder) =>
    fs.readFileSync(path.join(import.meta.dirname, "../../app", folder, "README.md"), "utf8"),
  );
  const blocks = [...pages.join("\n").matchAll(/^```ts\n([^]*?)^```/gm)].map(([, code = ""]) => code);
  const here = bare(fs.readFileSync(import.meta.filename, "utf8"));
  expect(blocks.length).toBeGreaterThan(7);
  expect(blocks.filter((code) => !here.includes(bare(code)))).toEqual([]);
});
