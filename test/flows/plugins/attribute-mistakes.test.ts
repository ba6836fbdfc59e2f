// Mistakes in the SQL of attributes and functions: the plugin's page names them, or the worker does not start.
import { expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import { defineFunction, definePlugin, type Plugin, type PluginAttribute } from "../../../app/plugins/plugin.ts";
import { assemble, type Registry } from "../../../app/plugins/registry.server.ts";
import { watchAll } from "../../../app/plugins/running/watched.server.ts";
import { listPlugins } from "../../../app/plugins/state.server.ts";
import type { AttributeFunction, ParamTest } from "../../../app/segments/attribute.server.ts";
import { evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import { refreshMembership } from "../../../app/segments/memberships/membership.server.ts";
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

test("an attribute whose history throws is marked, and its segment goes on", async () => {
  const plugin = withAttribute({
    history: () => {
      throw new TypeError("not then");
    },
  });
  const { shop, engine, segment } = await evaluated(plugin, "seen > 2020-01-01");
  await shop.db.tx(async (tx) => {
    await tx.run(sql`update customer set added_at = ${shop.now()} where shop_id = ${shop.id}`);
    const causes = [1, 2].map((hours) => ({
      cause: `c${hours}`,
      at: new Date(shop.now().getTime() - hours * 3_600_000),
    }));
    const changes = new Map([["1", new Map([["profile", causes]])]]);
    const moves = await refreshMembership(shop, tx, changes as never, engine);
    expect(moves.map(({ customer, entered }) => ({ customer, entered }))).toEqual([{ customer: "1", entered: true }]);
  });
  expect(await faultOf(shop, plugin)).toMatch(/^attribute seen: TypeError at /);
  expect(segment).toBeTruthy();
});

test.each([
  ["a constant that cannot be computed", sql`1 / 0`, "divides by zero at test"],
  ["a text that is no number", sql`'abc'::int`, "reads a value as a type that the value does not fit at test"],
])("%s stops the worker's start with the attribute's name", async (_, wrong, sentence) => {
  await expect(assertAttributesRun(assemble([withAttribute({ sql: () => wrong })]))).rejects.toThrow(
    `The attribute seen: its SQL ${sentence}`,
  );
});
