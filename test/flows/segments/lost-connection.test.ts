// A segment whose statement crashes its backend, and a server that ends connections itself. A crash closes the connection without a
// word, so the test closes it where the statement runs.
import { afterAll, beforeAll, expect, test } from "vitest";
import { appPool, sql } from "../../../app/db.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { definePlugin, type PluginAttribute } from "../../../app/plugins/plugin.ts";
import { assemble, type Registry } from "../../../app/plugins/registry.server.ts";
import { watchAll } from "../../../app/plugins/running/watched.server.ts";
import { listPlugins } from "../../../app/plugins/state.server.ts";
import { evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import { readSegment } from "../../../app/segments/segment.server.ts";
import { openShop, type Shop } from "../../../app/shop.server.ts";
import { takeTurn } from "../../../app/worker/batch.server.ts";
import { savedSegment } from "../../setup/definitions.ts";
import { example, openIngest, type Ingest } from "../ingest-shop.ts";

/** How many more statements crash. */
let crashes = 0;
const CRASHING = "pg_sleep(0.031)";

let ingest: Ingest;
let shops = 0;
beforeAll(async () => {
  appPool().on("connect", (client) => {
    const query = client.query.bind(client) as (...given: unknown[]) => unknown;
    const { stream } = Reflect.get(client, "connection");
    const crashing = (...given: unknown[]) => {
      const answer = query(...given);
      if (String(given[0]).includes(CRASHING) && (crashes -= 1) >= 0) setTimeout(() => stream.destroy());
      return answer;
    };
    Object.assign(client, { query: crashing });
  });
  ingest = await openIngest();
});
afterAll(() => ingest.close());

const attribute = (give: PluginAttribute["sql"]): PluginAttribute => ({
  ...{ label: "x", type: "string", reads: ["profile"] },
  sql: give,
});
/** An attribute whose statement crashes its backend, as long as `crashes` says so. */
const fatal = attribute(() => sql`(select case when pg_sleep(0.031)::text = '' then c.id end)`);
const engineWith = (more: Registry["attributes"]) => ({
  ...registry,
  attributes: { ...registry.attributes, ...more },
});
const engineThatEnds = (times: number) => {
  crashes = times;
  return engineWith({ fatal: fatal as never });
};

async function openTrial(engine: Registry) {
  const id = `lost-${(shops += 1)}.myshopify.com`;
  await ingest.install(id);
  const shop = (await openShop(id)) as Shop;
  const all = await savedSegment(shop, { name: "All", query: "number_of_orders >= 0" }, engine);
  const fatal = await savedSegment(shop, { name: "Fatal", query: "fatal = '1'" }, engine);
  const none = await savedSegment(shop, { name: "None", query: "number_of_orders > 9" }, engine);
  const faults = async () =>
    Promise.all([all, fatal, none].map(async (each) => (await readSegment(shop, each))?.fault ?? null));
  return { shop, all, fatal, faults };
}

/** The shop is busy until the server has noticed that a connection is gone. */
async function turnOf(shop: Shop, engine: Registry) {
  for (;;) {
    const turn = await takeTurn(shop.id, [], { registryOf: async () => engine });
    if (turn !== "busy") return turn;
  }
}

/** Takes turns of the shop as the worker does, until one succeeds. Returns how many failed. */
async function turnsOf(shop: Shop, engine: Registry): Promise<number> {
  for (let failed = 0; ; failed += 1) {
    if (failed > 5) throw new Error("the shop's turns do not go on");
    const turn = await turnOf(shop, engine).catch(() => null);
    if (turn !== null) return failed;
  }
}

test("a segment that ends the connection is found and paused, and the shop's turns and its other segments go on", async () => {
  const engine = engineThatEnds(1000);
  const { shop, all, faults } = await openTrial(engine);
  await ingest.send("customers/create", { ...example("customers/create"), id: 77 }, { shop: shop.id });
  expect(await turnsOf(shop, engine)).toBe(2);
  expect(await faults()).toEqual([null, "failed", null]);
  const stays = await shop.db.tx((tx) =>
    tx.rows(sql`select segment_id as segment, customer_id as customer from membership where shop_id = ${shop.id}`),
  );
  expect(stays).toEqual([{ segment: all, customer: "77" }]);
});

test("a connection that is lost once, as by a network that fails, pauses no segment", async () => {
  const engine = engineThatEnds(1);
  const { shop, faults } = await openTrial(engine);
  await ingest.send("customers/create", { ...example("customers/create"), id: 78 }, { shop: shop.id });
  expect(await turnsOf(shop, engine)).toBe(1);
  expect(await faults()).toEqual([null, null, null]);
});

test("a new segment that ends the connection is paused after its second evaluation", async () => {
  const engine = engineThatEnds(1000);
  const { shop, fatal, faults } = await openTrial(engine);
  await shop.db.tx((tx) => tx.run(sql`insert into customer (shop_id, id) values (${shop.id}, '1')`));
  const evaluate = () => evaluateSegment(shop, fatal, engine, async () => undefined);
  await expect(evaluate()).rejects.toThrow(/connection/i);
  await expect(evaluate()).rejects.toThrow(/connection/i);
  expect(await evaluate()).toBeNull();
  expect(await faults()).toEqual([null, "failed", null]);
});

test("a server that ends the connection each time, as by restarts or by an operator, pauses no segment", async () => {
  let ends = 4;
  const shutting = attribute(() =>
    (ends -= 1) >= 0 ? sql`(select pg_terminate_backend(pg_backend_pid())::text)` : sql`c.id`,
  );
  const engine = engineWith({ fatal: shutting as never });
  const { shop, faults } = await openTrial(engine);
  await ingest.send("customers/create", { ...example("customers/create"), id: 79 }, { shop: shop.id });
  expect(await turnsOf(shop, engine)).toBe(4);
  expect(await faults()).toEqual([null, null, null]);
});

test("the plugins of all attributes of a segment that ends the connection are marked, because each may have ended it", async () => {
  crashes = 2;
  const guest = definePlugin({
    ...{ name: "guest", contract: 1, label: "x", description: "x" },
    attributes: { fatal, harmless: attribute(() => sql`c.id`) },
  });
  const id = `lost-${(shops += 1)}.myshopify.com`;
  await ingest.install(id);
  const shop = (await openShop(id)) as Shop;
  const engine = watchAll(shop, assemble([guest]));
  const segment = await savedSegment(shop, { name: "Both", query: "fatal = '1' OR harmless = '1'" }, engine);
  await shop.db.tx((tx) => tx.run(sql`insert into customer (shop_id, id) values (${shop.id}, '1')`));
  const evaluate = () => evaluateSegment(shop, segment, engine, async () => undefined);
  await expect(evaluate()).rejects.toThrow(/connection/i);
  await expect(evaluate()).rejects.toThrow(/connection/i);
  const [view] = await listPlugins(shop, [guest]);
  const ends = "its SQL ends the connection to the database, or the SQL of another attribute of the same segment does";
  const here = expect.stringMatching(/ at test\/flows\/segments\/lost-connection\.test\.ts:\d+$/);
  expect(view?.faults.map(({ fault }) => fault).toSorted()).toEqual([here, here]);
  expect(view?.faults.map(({ fault }) => fault.split(" at ")[0]).toSorted()).toEqual([
    `attribute fatal: ${ends} (harmless)`,
    `attribute harmless: ${ends} (fatal)`,
  ]);
});
