// A segment whose statement ends the core's connection. Attributes of plugins cannot do that by their SQL: the attribute here is the
// engine's own.
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql, type Sql } from "../../../app/db.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import { readSegment } from "../../../app/segments/segment.server.ts";
import { openShop, type Shop } from "../../../app/shop.server.ts";
import { takeTurn } from "../../../app/worker/batch.server.ts";
import { savedSegment } from "../../setup/definitions.ts";
import { example, openIngest, type Ingest } from "../ingest-shop.ts";

let ingest: Ingest;
let shops = 0;
beforeAll(async () => (ingest = await openIngest()));
afterAll(() => ingest.close());

/** `times`: how many statements end their connection. */
const engineThatEnds = (times: number) => {
  const ends: Sql = sql`(select pg_terminate_backend(pg_backend_pid())::text)`;
  let left = times;
  const fatal = {
    label: "x",
    type: "string",
    reads: ["profile"],
    sql: () => ((left -= 1) >= 0 ? ends : sql`c.id`),
  } as const;
  return { ...registry, attributes: { ...registry.attributes, fatal } };
};

async function openTrial(engine: ReturnType<typeof engineThatEnds>) {
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

/** Takes turns of the shop as the worker does, until one succeeds. Returns how many failed. */
async function turnsOf(shop: Shop, engine: ReturnType<typeof engineThatEnds>): Promise<number> {
  for (let failed = 0; ; failed += 1) {
    if (failed > 5) throw new Error("the shop's turns do not go on");
    const turn = await takeTurn(shop.id, [], { registryOf: async () => engine }).catch(() => null);
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

test("a connection that is lost once, as by a restart of the database, pauses no segment", async () => {
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
  await expect(evaluate()).rejects.toThrow("terminating connection");
  await expect(evaluate()).rejects.toThrow("terminating connection");
  expect(await evaluate()).toBeNull();
  expect(await faults()).toEqual([null, "failed", null]);
});
