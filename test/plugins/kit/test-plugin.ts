// The contract's tests: what every plugin must keep, tried against a real database and the dev store. A plugin's own test file
// calls `testPlugin(plugin)` beside its own sentences. Each failure says how to mend it.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import { parseFields } from "../../../app/fields.ts";
import { fileFaults } from "../../../app/plugins/contract-files.server.ts";
import { settingsOf } from "../../../app/plugins/context.server.ts";
import { registry as installed, registryOf } from "../../../app/plugins/installed.server.ts";
import type { Plugin } from "../../../app/plugins/plugin.ts";
import { recordsOf } from "../../../app/plugins/records.server.ts";
import { assemble, type Registry } from "../../../app/plugins/registry.server.ts";
import { switchPlugin } from "../../../app/plugins/state.server.ts";
import { resolveOffer } from "../../../app/offers/resolve.server.ts";
import { isFunction } from "../../../app/segments/attribute.server.ts";
import { comply, openRequests } from "../../../app/sync/compliance/compliance.server.ts";
import { eraseSteps } from "../../../app/worker/erasure.server.ts";
import { changeFacts, FACTS, plantPeople, valuesOf } from "./facts.ts";
import { pluginShop, type PluginShop } from "./plugin-shop.ts";

const isInstalled = (plugin: Plugin) => installed.plugins.some(({ name }) => name === plugin.name);
const wholeOf = (plugin: Plugin) => (isInstalled(plugin) ? installed : assemble([...installed.plugins, plugin]));

export function testPlugin(plugin: Plugin): void {
  describe(`the plugin ${plugin.name} keeps the contract`, () => {
    const reached: string[] = [];
    let unwatch: () => void = () => undefined;
    let it: PluginShop;
    const given = () => it;

    beforeAll(async () => {
      it = await pluginShop(plugin);
      await plantPeople(it.shop);
      unwatch = watchNetwork(reached);
    });
    afterAll(() => unwatch());

    definitionTests(plugin);
    attributeTests(plugin, given);
    workTests(plugin, given);
    lifeTests(plugin, given);

    test("it reaches no host by itself", () => {
      expect(reached, "use the fetch that is handed in, and name the host in sends").toEqual([]);
    });
  });
}

const isHealthy = async (it: PluginShop) =>
  expect((await it.page()).faults, "it failed: see each fault's line").toEqual([]);

function definitionTests(plugin: Plugin): void {
  test("its names, words, topics and scopes are there, and no other plugin claims them", () => {
    expect(() => wholeOf(plugin)).not.toThrow();
    if (isInstalled(plugin)) expect(fileFaults([plugin])).toEqual([]);
  });

  test("its settings begin with values that they take themselves", () => {
    const read = parseFields(plugin.settings ?? {}, settingsOf(plugin.settings));
    expect(read.ok ? [] : read.faults, "give these settings an initial that passes").toEqual([]);
  });
}

function attributeTests(plugin: Plugin, given: () => PluginShop): void {
  test("its attributes can be asked, and read no more than they say", async () => {
    const it = given();
    for (const [name, entry] of Object.entries(plugin.attributes ?? {})) {
      const attribute = it.registry.attributes[name];
      if (!attribute) throw new Error(`the attribute ${name} is not in the registry`);
      const query = isFunction(attribute) ? `${name} MATCHES ()` : `${name} IS NOT NULL OR ${name} IS NULL`;
      if (isFunction(attribute) || attribute.nullable) await it.members(query);
      for (const fact of FACTS) {
        const before = await valuesOf(it.shop, attribute);
        await changeFacts(it.shop, fact);
        if ((entry.reads as readonly string[]).includes(fact)) continue;
        expect(
          await valuesOf(it.shop, attribute),
          `${name} changed with ${fact}: write "${fact}" into its reads`,
        ).toEqual(before);
      }
    }
    await isHealthy(it);
  });

  test("what time alone changes of its attributes is in their flips", async () => {
    const it = given();
    for (const [name, entry] of Object.entries(plugin.attributes ?? {})) {
      const attribute = it.registry.attributes[name];
      if (!attribute || entry.flips) continue;
      const now = await valuesOf(it.shop, attribute);
      for (const days of [1, 40, 400]) {
        const later = new Date(it.shop.now().getTime() + days * 86_400_000);
        expect(
          await valuesOf(it.shop, attribute, later),
          `${name} changes within ${days} days by itself: give it flips`,
        ).toEqual(now);
      }
    }
  });
}

function workTests(plugin: Plugin, given: () => PluginShop): void {
  test("its handlers may hear a webhook twice, in any order", async () => {
    const it = given();
    const topics = Object.keys(plugin.webhooks ?? {});
    const hear = async (order: string[]) => {
      for (const topic of order) await it.send(topic, {});
      await it.settle();
      return recordsIn(it);
    };
    const once = await hear(topics);
    expect(await hear([...topics, ...topics].reverse()), "make each handler idempotent: key its records").toEqual(once);
    await isHealthy(it);
  });

  test("its jobs may be cut off and run again", async () => {
    const it = given();
    const jobs = [...Object.keys(plugin.jobs ?? {})];
    for (const name of ["onInstalled", "onHistory"] as const) if (plugin[name]) jobs.push(name);
    for (const job of jobs) {
      await it.runJob(job);
      const once = await recordsIn(it);
      await it.runJob(job);
      expect(await recordsIn(it), `${job} leaves more when it runs twice: key its records`).toEqual(once);
    }
    await isHealthy(it);
  });

  test("its cards and kinds answer in closed shapes, in an empty shop too", async () => {
    const empty = await pluginShop(plugin);
    for (const { shop, page, cards } of [given(), empty]) {
      for (const place of ["home", "customer"] as const) await cards(place, "1");
      const { offerKinds, questionKinds } = await registryOf(shop, wholeOf(plugin));
      for (const kind of Object.keys(plugin.offerKinds ?? {}))
        await resolveOffer(shop, offerKinds, { kind, settings: {} });
      for (const [name, { settings }] of Object.entries(plugin.questionKinds ?? {})) {
        const own = parseFields(settings, {});
        if (!own.ok) continue;
        questionKinds[name]?.shape(own.value, { label: "?", choices: [], low: "", high: "" });
        for (const given of [[], [""], ["x".repeat(5000)], ["a", "a"], ["'\u0000"]])
          questionKinds[name]?.check(given, own.value);
      }
      expect((await page()).faults).toEqual([]);
    }
  });
}

function lifeTests(plugin: Plugin, given: () => PluginShop): void {
  test("its records of a person are gone when the person is redacted", async () => {
    const it = given();
    const records = recordsOf(it.shop, plugin.name)("test-of-redaction");
    await records.put({ key: "r", customerId: "1", data: { town: "Leeds" } });
    await it.send("customers/redact", redaction(it.shop.id));
    await it.settle();
    for (const request of await openRequests(it.shop.id)) await comply(it.shop.id, request, eraseSteps);
    const left = await it.shop.db.tx((tx) =>
      tx.rows(sql`select kind, key from plugin_record where shop_id = ${it.shop.id} and customer_id = '1'`),
    );
    expect(left).toEqual([]);
  });

  test("switched off it does nothing; switched on again it is what it was", async () => {
    const it = given();
    const names = (of: Registry) => [
      ...Object.keys(plugin.attributes ?? {}).filter((name) => name in of.attributes),
      ...Object.keys(plugin.offerKinds ?? {}).filter((name) => name in of.offerKinds),
      ...Object.keys(plugin.questionKinds ?? {}).filter((name) => name in of.questionKinds),
      ...Object.keys(plugin.cards ?? {}).filter((name) => name in of.cards),
      ...Object.keys(of.jobs).filter((key) => key.startsWith(`${plugin.name}/`)),
    ];
    const all = names(it.registry);
    const kept = await recordsIn(it);
    await switchPlugin(it.shop, plugin, false);
    expect(names(await registryOf(it.shop, wholeOf(plugin)))).toEqual([]);
    await switchPlugin(it.shop, plugin, true);
    expect(names(await registryOf(it.shop, wholeOf(plugin)))).toEqual(all);
    expect(await recordsIn(it)).toEqual(kept);
  });
}

const recordsIn = (it: PluginShop) =>
  it.shop.db.tx((tx) =>
    tx.rows(
      sql`select plugin, kind, key, customer_id, data from plugin_record where shop_id = ${it.shop.id} order by 1, 2, 3`,
    ),
  );

const redaction = (shop: string) => ({
  shop_domain: shop,
  shop_id: null,
  customer: { id: 1, email: "one@example.com", phone: null },
  orders_to_redact: [],
});

/** Keeps the hosts that are asked past the plugin's own fetch. The stores of the test are on this machine. */
function watchNetwork(reached: string[]): () => void {
  const before = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const { hostname } = new URL(input instanceof Request ? input.url : String(input));
    if (!/\.myshopify\.com$|^127\.0\.0\.1$/.test(hostname)) reached.push(hostname);
    return before(input, init);
  };
  return () => {
    globalThis.fetch = before;
  };
}
