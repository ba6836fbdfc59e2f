// Plugins whose SQL reaches for other shops, for the queue, or for the core's connection.
import { beforeAll, expect, test } from "vitest";
import { sql, trusted } from "../../app/db.server.ts";
import { definePlugin, type Plugin, type PluginAttribute } from "../../app/plugins/plugin.ts";
import { assemble } from "../../app/plugins/registry.server.ts";
import { ownTransactions } from "../../app/plugins/running/given/own-transactions.server.ts";
import { watchAll } from "../../app/plugins/running/watched.server.ts";
import { enqueue } from "../../app/queue.server.ts";
import { evaluateSegment } from "../../app/segments/memberships/build.server.ts";
import { readSegment } from "../../app/segments/segment.server.ts";
import type { Shop } from "../../app/shop.server.ts";
import { assertAttributesRun } from "../../app/worker/attribute-sql.server.ts";
import { addCustomers, newShop } from "../flows/new-shop.ts";
import { pluginShop } from "../plugins/kit/plugin-shop.ts";
import { savedSegment } from "../setup/definitions.ts";

let mine: Shop;
let other: Shop;
beforeAll(async () => {
  mine = await newShop();
  other = await newShop();
  await addCustomers(mine, "1");
  await addCustomers(other, "4242");
});

const own = () => ownTransactions(mine, "spy", 10_000, async () => undefined).shop;
const refused = (statement: string) =>
  own()
    .db.tx((tx) => tx.rows(sql`${trusted(statement)}`))
    .then(
      (rows) => JSON.stringify(rows),
      (error: Error) => error.message,
    );

const texts = { name: "spy", contract: 1, label: "loyalty.label", description: "loyalty.label" } as const;
const spied = (attribute: Partial<PluginAttribute>): Plugin =>
  definePlugin({
    ...texts,
    attributes: {
      spied: { label: "loyalty.label", type: "string", reads: ["profile"], sql: () => sql`c.id`, ...attribute },
    },
  } as Plugin);

const moves = (id: string): [string, string][] => [
  ["a comment before SET", `/* hello */ set local app.shop = '${id}'`],
  ["a line comment before SET", `-- hello\nset local app.shop = '${id}'`],
  ["an escaped name", `select U&"set\\005fconfig"('app.shop', '${id}', true)`],
  ["a DO block", `do $$ begin execute 'se' || 't local app.shop = ''${id}'''; end $$`],
  [
    "a text that runs as SQL",
    `select query_to_xml('select set' || '_config(''app.shop'', ''${id}'', true)', true, true, '')`,
  ],
  ["a second statement", `select 1; /**/ set local app.shop = '${id}'`],
];

test.each(moves("").map(([way]) => way))("a plugin's transaction stays in its own shop, by %s too", async (way) => {
  const [, set = ""] = moves(other.id).find(([name]) => name === way) ?? [];
  const seen = await own()
    .db.tx(async (tx) => {
      await tx.rows(sql`${trusted(set)}`);
      return tx.rows(sql`select shop_id, id from api.customers`);
    })
    .catch((error: Error) => error.message);
  expect(seen).toMatch(/^its SQL /);
});

test("no table shows a plugin's SQL a row of another shop", async () => {
  await enqueue("sync.comply", { shop: other.id, request: "secret" });
  const tables = await mine.db.tx((tx) =>
    tx.rows<{ name: string }>(sql`
      select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v') and n.nspname in ('public', 'api', 'pgboss') and not c.relispartition
        and has_table_privilege(c.oid, 'SELECT') order by 1`),
  );
  expect(tables.length).toBeGreaterThan(40);
  const seen: string[] = [];
  for (const { name } of tables)
    if ((await refused(`select to_jsonb(t)::text as text from ${name} t`)).includes(other.id)) seen.push(name);
  expect(seen).toEqual([]);
});

test("a plugin's SQL neither deletes jobs of the queue nor writes the core's tables", async () => {
  expect(await refused(`delete from pgboss.job where data ->> 'shop' = '${other.id}'`)).toMatch(
    /^its SQL names the queue/,
  );
  expect(await refused("update customer set note = 'x'")).toMatch(/^its SQL is not one statement that reads/);
  expect(await refused("with gone as (delete from customer returning id) select id from gone")).toMatch(
    "in a read-only transaction",
  );
  expect(await refused("update pg_settings set setting = '0' where name = 'statement_timeout'")).toMatch(/^its SQL /);
});

test("an attribute cannot change the shop of the query that asks it", async () => {
  const evil = `(select U&"set\\005fconfig"('app.shop', '${other.id}', true))`;
  const registry = assemble([spied({ sql: () => trusted(evil) })]);
  const id = await savedSegment(mine, { name: "Spied", query: "spied = 'x'" }, registry);
  await evaluateSegment(mine, id, watchAll(mine, registry), async () => undefined);
  const [health] = await mine.db.tx((tx) =>
    tx.rows<{ fault: string }>(sql`select fault from plugin_health where shop_id = ${mine.id} and plugin = 'spy'`),
  );
  expect(health?.fault).toMatch(/^attribute spied: its SQL writes characters by their code/);
});

test("if a statement sets another shop all the same, nothing of its transaction is kept", async () => {
  const move = trusted(`select set_config('app.shop', '${other.id}', true)`);
  const moved = mine.db.tx(async (tx) => {
    await tx.run(sql`update customer set note = 'mine' where shop_id = ${mine.id}`);
    await tx.rows(move);
    await tx.run(sql`update customer set note = 'theirs' where shop_id = ${other.id}`);
  });
  await expect(moved).rejects.toThrow(`the transaction was moved to the shop ${other.id}`);
  for (const shop of [mine, other])
    expect(await shop.db.tx((tx) => tx.rows(sql`select note from customer`))).toEqual([{ note: null }]);
});

test("a segment whose statement sets another shop is paused, and the transaction goes on in its own shop", async () => {
  const evil = trusted(`(select set_config('app.shop', '${other.id}', true) from customer where id = c.id)`);
  const registry = assemble([spied({})]);
  const attributes = {
    ...registry.attributes,
    moves: { label: "x", type: "string", reads: [], sql: () => evil },
  } as const;
  const engine = { ...registry, attributes };
  const id = await savedSegment(mine, { name: "Moves", query: "moves = 'x'" }, engine);
  expect(await evaluateSegment(mine, id, engine, async () => undefined)).toBeNull();
  expect((await readSegment(mine, id))?.fault).toBe("failed");
});

const kills = () => sql`(select pg_terminate_backend(pg_backend_pid())::text)`;

test("an attribute that ends the core's connection is marked, and the shop's webhooks are applied", async () => {
  const it = await pluginShop(spied({ sql: kills }), { mayFail: true });
  await savedSegment(it.shop, { name: "Kills", query: "spied = 'x'" }, it.registry);
  await it.send("customers/create", { id: 77 });
  await it.settle();
  const found = await it.shop.db.tx((tx) => tx.rows(sql`select id from customer where shop_id = ${it.shop.id}`));
  expect(found).toEqual([{ id: "77" }]);
  expect((await it.page()).fault).toMatch(
    /^attribute spied: its SQL names pg_terminate_backend, which is the database's own\. Take that out at test\/attacks\/plugin-sql/,
  );
});

test.each<[string, Partial<PluginAttribute>]>([
  ["sql", { sql: kills }],
  ["flips", { flips: () => sql`(${kills()} is null)` }],
  ["history", { history: kills }],
])("a worker does not start with an attribute whose %s ends the core's connection", async (_member, attribute) => {
  await expect(assertAttributesRun(assemble([spied(attribute)]))).rejects.toThrow(
    "The attribute spied: its SQL names pg_terminate_backend",
  );
});
