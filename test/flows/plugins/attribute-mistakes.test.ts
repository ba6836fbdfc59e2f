// Mistakes in the SQL of attributes and functions: the plugin's page names them, or the worker does not start.
import fs from "node:fs";
import { expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import { defineFunction, definePlugin, type Plugin, type PluginAttribute } from "../../../app/plugins/plugin.ts";
import { assemble, type Registry } from "../../../app/plugins/registry.server.ts";
import { watchAll } from "../../../app/plugins/running/watched.server.ts";
import { listPlugins } from "../../../app/plugins/state.server.ts";
import type { AttributeFunction, FlipTest, ParamTest } from "../../../app/segments/attribute.server.ts";
import { evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import { refreshMembership } from "../../../app/segments/memberships/membership.server.ts";
import { offerValues } from "../../../app/segments/values/values.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { assertAttributesRun } from "../../../app/worker/attribute-sql.server.ts";
import { savedSegment } from "../../setup/definitions.ts";
import { addCustomers, newShop, openAt } from "../new-shop.ts";

const DAY_MS = 86_400_000;
const texts = { name: "guest", contract: 1, label: "loyalty.label", description: "loyalty.label" } as const;
const params = {
  date: { label: "loyalty.label", type: "date" },
  ratio: { label: "loyalty.label", type: "float" },
} as const;

const withFunction = (wrong: Partial<AttributeFunction>) =>
  definePlugin({
    ...texts,
    attributes: {
      visited: defineFunction({
        ...{ label: "loyalty.label", params, reads: ["profile"] },
        sql: (given) => sql`${given("date", sql`c.added_at`)} and ${given("ratio", sql`1`)}`,
        ...(wrong as object),
      }),
    },
  }) as Plugin;
const withAttribute = (attribute: Partial<PluginAttribute>) =>
  definePlugin({
    ...texts,
    attributes: {
      seen: { label: "loyalty.label", type: "date", reads: ["profile"], sql: () => sql`c.added_at`, ...attribute },
    },
  } as Plugin);

async function evaluated(plugin: Plugin, query: string) {
  const shop = await newShop();
  await addCustomers(shop, "1");
  const engine = watchAll(shop, assemble([plugin]));
  const segment = await savedSegment(shop, { name: "Asked", query }, engine);
  await evaluateSegment(shop, segment, engine, async () => undefined);
  return { shop, engine, segment };
}
const faultOf = async (shop: Shop, plugin: Plugin) => (await listPlugins(shop, [plugin]))[0]?.fault ?? null;
const marked = async (plugin: Plugin, query: string) => faultOf((await evaluated(plugin, query)).shop, plugin);

const askedWrongly = withFunction({ sql: (given: ParamTest) => (given.given("dat") ? sql`true` : sql`false`) });
const differsWrongly = withFunction({ flips: (test) => test.differs("dat", sql`c.added_at`) });

test("a function that asks whether a parameter is given that it does not have is marked, with the name", async () => {
  expect(await marked(askedWrongly, "visited MATCHES (ratio > 1)")).toContain(
    'attribute visited: its SQL asks for the parameter "dat", which it does not have',
  );
});

test("a function whose flips name a parameter that it does not have is marked when time alone changes its segment", async () => {
  const { shop, engine, segment } = await evaluated(differsWrongly, "visited MATCHES (date > -3d)");
  const later = await openAt(shop.id, new Date(shop.now().getTime() + DAY_MS));
  await evaluateSegment(later, segment, { ...watchAll(later, engine as Registry) }, async () => undefined);
  expect(await faultOf(shop, differsWrongly)).toContain('its SQL asks for the parameter "dat", which it does not have');
});

test.each([
  ["asks for", askedWrongly],
  ["differs by", differsWrongly],
])("a worker does not start with a function that %s a parameter that it does not have", async (_what, plugin) => {
  await expect(assertAttributesRun(assemble([plugin]))).rejects.toThrow(
    'The attribute visited: its SQL asks for the parameter "dat", which it does not have',
  );
});

test.each(["NaN", "Infinity", "-Infinity"])(
  "a function's parameter that is %s is no number: the plugin is marked",
  async (value) => {
    const plugin = withFunction({ sql: (given) => given("ratio", sql`${value}::float8`) });
    expect(await marked(plugin, "visited MATCHES (ratio > 5)")).toContain(
      "attribute visited: a number of its SQL is NaN",
    );
  },
);

test.each(["date", "timestamp"])(
  "a worker does not start with an attribute of the type date whose SQL gives a %s",
  async (type) => {
    const value = type === "date" ? sql`c.added_at::date` : sql`c.added_at::timestamp`;
    await expect(assertAttributesRun(assemble([withAttribute({ sql: () => value })]))).rejects.toThrow(
      `The attribute seen: its SQL gives the type ${type}`,
    );
    const right = ({ timeZone }: { timeZone: string }) => sql`(c.added_at::date)::timestamp at time zone ${timeZone}`;
    await assertAttributesRun(assemble([withAttribute({ sql: right })]));
  },
);

test.each([
  ["integer", "date", sql`c.added_at::date`, "gives the type date, and must give numeric: cast the value"],
  ["string", "a number", sql`c.number_of_orders`, "gives the type integer, and must give text: cast the value"],
  ["list<string>", "a text", sql`c.note`, "gives the type text, and must give text[]: cast the value"],
  ["boolean", "two values", sql`1, 2`, "is not one expression"],
] as const)(
  "a worker does not start with an attribute of the type %s whose SQL gives %s",
  async (type, _given, value, sentence) => {
    await expect(assertAttributesRun(assemble([withAttribute({ type, sql: () => value })]))).rejects.toThrow(sentence);
  },
);

test.each([
  ["sql", { sql: (given: ParamTest) => given("date", sql`c.added_at::date`) }, "date, which has no time zone"],
  [
    "flips",
    { flips: (given: FlipTest) => given.differs("date", sql`c.added_at::date`) },
    "date, which has no time zone",
  ],
  ["history", { history: (given: ParamTest) => given("date", sql`c.note`) }, "text, and must give timestamp with"],
  ["sql", { sql: () => sql`c.note` }, "gives the type text, and must give boolean"],
] as const)("a worker does not start with a function whose %s gives another type", async (_member, wrong, sentence) => {
  await expect(assertAttributesRun(assemble([withFunction(wrong)]))).rejects.toThrow(sentence);
});

/** The only line of this file that has the text. */
function lineOf(text: string): string {
  const lines = fs.readFileSync(import.meta.filename, "utf8").split("\n");
  return `test/flows/plugins/attribute-mistakes.test.ts:${lines.findIndex((line) => line.includes(text)) + 1}`;
}

async function refreshedWithTwoCauses(shop: Shop, engine: Registry) {
  const causes = [1, 2].map((hours) => ({
    cause: `c${hours}`,
    at: new Date(shop.now().getTime() - hours * 3_600_000),
  }));
  const changes = new Map([["1", new Map([["profile", causes]])]]);
  const moves = await shop.db.tx((tx) => refreshMembership(shop, tx, changes as never, engine));
  return moves.map(({ customer, entered }) => ({ customer, entered }));
}

const noted = (shop: Shop, note: string) =>
  shop.db.tx((tx) =>
    tx.run(
      sql`update customer set note = ${note}, added_at = ${shop.now()}::timestamptz - interval '1 day' where shop_id = ${shop.id}`,
    ),
  );

test("wrong SQL of flips and of history is told with its own line, and not with that of sql", async () => {
  const plugin = withAttribute({
    flips: () => sql`c.nonsense > 1`,
    history: () => sql`c.nonsense > 2`,
  });
  const told = await assertAttributesRun(assemble([plugin])).catch((error: Error) => error.message);
  const sentence = "The attribute seen: its SQL is refused: column c.nonsense does not exist at";
  expect(told).toBe(`${sentence} ${lineOf("sql`c.nonsense > 1")}\n${sentence} ${lineOf("sql`c.nonsense > 2")}`);
});

test("flips that give no SQL are marked at their own line when time alone changes the segment", async () => {
  const plugin = withAttribute({ flips: () => sql`c.added_at is null, true` });
  const { shop, engine, segment } = await evaluated(plugin, "seen > 2020-01-01");
  const later = await openAt(shop.id, new Date(shop.now().getTime() + DAY_MS));
  await evaluateSegment(later, segment, watchAll(later, engine as Registry), async () => undefined);
  const fault = await faultOf(shop, plugin);
  expect(fault).toMatch(/^attribute seen: its SQL is not one expression/);
  expect(fault).toContain(` at ${lineOf("sql`c.added_at is null, true`")}`);
});

test("flips that the database refuses for a customer's data are marked at their own line, and the segment goes on", async () => {
  const plugin = withAttribute({ flips: () => sql`c.note::int > 0` });
  const { shop, engine, segment } = await evaluated(plugin, "seen > 2020-01-01");
  await noted(shop, "no number");
  const later = await openAt(shop.id, new Date(shop.now().getTime() + DAY_MS));
  const build = await evaluateSegment(later, segment, watchAll(later, engine as Registry), async () => undefined);
  expect(build).toEqual({ entered: 1, left: 0 });
  expect(await faultOf(shop, plugin)).toBe(
    `attribute seen: its SQL reads a value as a type that the value does not fit at ${lineOf("c.note::int > 0`")}`,
  );
});

test("a history that the database refuses for a customer's data is marked at its own line, and the segment goes on", async () => {
  const plugin = withAttribute({ history: () => sql`(c.note || ' no date')::timestamptz` });
  const { shop, engine } = await evaluated(plugin, "seen > 2020-01-01");
  await noted(shop, "x");
  expect(await refreshedWithTwoCauses(shop, engine as Registry)).toEqual([{ customer: "1", entered: true }]);
  expect(await faultOf(shop, plugin)).toBe(
    `attribute seen: its SQL reads a value as a date or a time, but the value is not one at ${lineOf("' no date')::timestamptz`")}`,
  );
});

test("wrong SQL of suggest is marked at its own line, and nothing is suggested", async () => {
  const plugin = withAttribute({
    ...{ type: "string", sql: () => sql`c.note` },
    suggest: () => sql`select nothing as value`,
  });
  const shop = await newShop();
  const engine = watchAll(shop, assemble([plugin]));
  expect(await offerValues(shop, new URLSearchParams({ attribute: "seen" }), { engine, locale: "en" })).toEqual([]);
  expect(await faultOf(shop, plugin)).toBe(
    `attribute seen: its SQL is refused: column "nothing" does not exist at ${lineOf("sql`select nothing as value`")}`,
  );
});

test("an attribute whose history throws is marked, and its segment goes on", async () => {
  const plugin = withAttribute({
    history: () => {
      throw new TypeError("not then");
    },
  });
  const { shop, engine } = await evaluated(plugin, "seen > 2020-01-01");
  await noted(shop, "x");
  expect(await refreshedWithTwoCauses(shop, engine as Registry)).toEqual([{ customer: "1", entered: true }]);
  expect(await faultOf(shop, plugin)).toMatch(/^attribute seen: TypeError at /);
});

test.each([
  ["a constant that cannot be computed", sql`1 / 0`, "divides by zero at test"],
  ["a text that is no number", sql`'abc'::int`, "reads a value as a type that the value does not fit at test"],
])("%s stops the worker's start with the attribute's name", async (_, wrong, sentence) => {
  await expect(assertAttributesRun(assemble([withAttribute({ sql: () => wrong })]))).rejects.toThrow(
    `The attribute seen: its SQL ${sentence}`,
  );
});
