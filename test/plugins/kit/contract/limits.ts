import { expect } from "vitest";
import { sql, trusted, type Sql } from "../../../../app/db.server.ts";
import { resolveOffer } from "../../../../app/offers/resolve.server.ts";
import { drawCards } from "../../../../app/plugins/cards.server.ts";
import { registryOf } from "../../../../app/plugins/installed.server.ts";
import { definePlugin, type Plugin } from "../../../../app/plugins/plugin.ts";
import { runJob } from "../../../../app/plugins/running/jobs/runs.server.ts";
import { pluginShop } from "../plugin-shop.ts";
import { wholeOf } from "../whole.ts";
import { type Check, queryOf, sqlTypesOf } from "./check.ts";

type Entry = NonNullable<Plugin["attributes"]>[string];
type Spoil = { work: () => Promise<never>; at: () => never; sql: (entry: Entry) => Sql };

const never = () => new Promise<never>(() => undefined);
const fail = (): never => {
  throw new RangeError("spoilt");
};
const THROWS: Spoil = { work: async () => fail(), at: fail, sql: fail };
/** Synchronous members cannot hang without stopping the process, so they throw. SQL sleeps, and then gives a value of its type. */
const HANGS: Spoil = {
  work: never,
  at: fail,
  sql: (entry) => sql`(select null::${trusted(sqlTypesOf(entry)[0])} from pg_sleep(60))`,
};

const each = <T, U>(record: Record<string, T> | undefined, spoil: (one: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record ?? {}).map(([name, one]) => [name, spoil(one)]));

/** A copy of the plugin whose members throw or hang. Of the attributes only the last one does, and only while `isBad` returns true. */
function spoilt(plugin: Plugin, { work, at, sql: spoiltSql }: Spoil, isBad: () => boolean): Plugin {
  const attributes = { ...plugin.attributes };
  const [name, entry] = Object.entries(attributes).at(-1) ?? [];
  if (name && entry) {
    const sqlOf = (...given: never[]) =>
      isBad() ? spoiltSql(entry) : (entry.sql as (...all: never[]) => Sql)(...given);
    attributes[name] = { ...entry, sql: sqlOf } as typeof entry;
  }
  return {
    ...plugin,
    webhooks: each(plugin.webhooks, () => work),
    events: each(plugin.events, () => work),
    jobs: each(plugin.jobs, (job) => ({ ...job, run: work })),
    ...(plugin.onInstalled && { onInstalled: work }),
    ...(plugin.onHistory && { onHistory: work }),
    cards: each(plugin.cards, (card) => ({ ...card, resolve: work })),
    offerKinds: each(plugin.offerKinds, (kind) => ({ ...kind, resolve: work })),
    questionKinds: each(plugin.questionKinds, (kind) => ({ ...kind, shape: at, check: at })),
    attributes,
  };
}

/** A correct plugin that listens to the same webhooks. `heard`: the topics that it got. */
const witnessOf = (plugin: Plugin, heard: Set<string>): Plugin =>
  definePlugin({
    name: "witness",
    contract: 1,
    label: "witness.label",
    description: "witness.text",
    webhooks: Object.fromEntries(
      Object.keys(plugin.webhooks ?? {}).map((topic) => [topic, async () => void heard.add(topic)]),
    ),
    cards: {
      witness_card: {
        label: "a",
        place: "home",
        resolve: async () => ({ shape: "figure", value: "1", unit: "count" }),
      },
    },
  });

/** A short limit, so that a hanging member costs the test little time. Cards and jobs get more. Kinds and SQL have their own limits. */
const LIMIT_MS = 150;

async function tryAll(plugin: Plugin, spoil: Spoil): Promise<void> {
  let isBad = false;
  const bad = spoilt(plugin, spoil, () => isBad);
  const heard = new Set<string>();
  const witness = witnessOf(plugin, heard);
  const it = await pluginShop(bad, { beside: [witness], limitMs: LIMIT_MS, mayFail: true });
  const { shop } = it;
  const whole = wholeOf(bad, [witness]);
  const everybody = "number_of_orders >= 0 OR number_of_orders <= 0";
  await it.addCustomer();
  await it.settle();
  await it.follow(everybody);
  const expected: string[] = [];
  for (const [name, entry] of Object.entries(bad.attributes ?? {}).slice(-1)) {
    await it.follow(queryOf(name, entry));
    expected.push(`attribute ${name}`);
  }
  isBad = true;
  const topics = Object.keys(bad.webhooks ?? {});
  for (const topic of topics) await it.send(topic, {});
  await it.addCustomer();
  await it.settle();
  expected.push(...topics);
  const registry = await registryOf(shop, whole);
  for (const [key, { plugin: owner, it: job }] of Object.entries(registry.jobs)) {
    if (owner !== plugin.name) continue;
    const name = key.slice(owner.length + 1);
    expect(await runJob(shop, owner, name, job, LIMIT_MS)).toEqual({ ok: false });
    expected.push(`job ${name}`);
  }
  for (const place of ["home", "customer"] as const) {
    const drawn = await drawCards(shop, registry, place, "1", LIMIT_MS * 4);
    const names = drawn.map(({ name }) => name);
    expect(names.filter((name) => Object.hasOwn(bad.cards ?? {}, name))).toEqual([]);
    if (place === "home") expect(names, "another plugin's card is drawn").toContain("witness_card");
  }
  expected.push(...Object.keys(bad.cards ?? {}).map((name) => `card ${name}`));
  await Promise.all(
    Object.entries(bad.offerKinds ?? {}).map(async ([kind, { settings }]) => {
      const set = Object.fromEntries(
        Object.entries(settings).map(([name, { initial, choices }]) => [name, initial ?? choices?.[0]?.value ?? ""]),
      );
      const resolved = await resolveOffer(shop, registry.offerKinds, { kind, settings: set });
      if (!resolved.ok && resolved.fault.key === "offers.fault.kind_failed") expected.push(`offer ${kind}`);
      expect(resolved.ok).toBe(false);
    }),
  );
  const marked = (await it.page()).faults.map(({ fault }) => fault);
  const unmarked = expected.filter((member) => !marked.some((fault) => fault.startsWith(`${member}: `)));
  expect(unmarked, "each of these fails and is not on the plugin's page").toEqual([]);
  expect(await it.members(everybody), "the core's own segments go on").not.toEqual([]);
  expect([...heard].sort(), "another plugin hears the same webhooks").toEqual([...topics].sort());
}

export const limitChecks: Check[] = [
  {
    says: "whatever of it throws is marked on its page, and all else goes on",
    run: (plugin) => tryAll(plugin, THROWS),
  },
  {
    says: "whatever of it hangs is given up at its limit and marked, and all else goes on",
    run: (plugin) => tryAll(plugin, HANGS),
  },
];
