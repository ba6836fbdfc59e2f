import pg from "pg";
import { expect } from "vitest";
import { isFunction } from "../../../../app/segments/attribute.server.ts";
import { PluginMistake } from "../../../../app/errors.ts";
import type { Plugin } from "../../../../app/plugins/plugin.ts";
import { attributeFault } from "../../../../app/plugins/running/watched.server.ts";
import {
  changeFacts,
  factsOf,
  flippedBy,
  plantPeople,
  readWithTwoRecords,
  sqlTypeOf,
  valueOf,
  valuesOf,
} from "../facts.ts";
import { pluginShop, type PluginShop } from "../plugin-shop.ts";
import { type Check, expectHealth, queriesOf, sqlTypesOf } from "./check.ts";
import { unnamedIn } from "./facts-in-sql.ts";

const DAY_MS = 86_400_000;

const attributesOf = (plugin: Plugin, it: PluginShop) =>
  Object.entries(plugin.attributes ?? {}).map(([name, written]) => {
    const attribute = it.registry.attributes[name];
    if (!attribute) throw new Error(`the attribute ${name} is not in the registry`);
    const read = (now?: Date) =>
      valuesOf(it.shop, attribute, now).catch((error: unknown) => {
        throw new Error(attributeFault(it.shop, it.registry, name, error), { cause: error });
      });
    return { name, written, attribute, read };
  });

/** The attributes whose SQL runs. The first check reports the others. */
async function workingOf(plugin: Plugin, it: PluginShop) {
  const all = attributesOf(plugin, it);
  const works = await Promise.all(
    all.map(({ read }) =>
      read().then(
        () => true,
        () => false,
      ),
    ),
  );
  return all.filter((_, at) => works[at]);
}

export const attributeChecks: Check[] = [
  {
    says: "its attributes give values of their types",
    async run(plugin, it) {
      const faults: string[] = [];
      for (const { name, written, attribute, read } of attributesOf(plugin, it)) {
        const tried = async () => {
          await read();
          const given = await sqlTypeOf(it.shop, attribute);
          const allowed = sqlTypesOf(written);
          if (!allowed.includes(given)) {
            const mistake = new PluginMistake(`its SQL gives ${given}, and must give ${allowed[0]}: cast the value`);
            throw new Error(attributeFault(it.shop, it.registry, name, mistake));
          }
          for (const query of queriesOf(name, written)) await it.members(query);
          await readWithTwoRecords(it.shop, attribute, plugin).catch((error: unknown) => {
            throw new Error(attributeFault(it.shop, it.registry, name, error), { cause: error });
          });
        };
        await tried().catch((error: unknown) => faults.push((error as Error).message));
      }
      if (faults.length > 0) throw new Error(faults.join("\n"));
    },
  },
  {
    says: "its attributes can be asked, and read no more than they say",
    async run(plugin, it) {
      const facts = factsOf(plugin);
      for (const { name, written, attribute, read } of await workingOf(plugin, it)) {
        const unnamed = unnamedIn(valueOf(it.shop, attribute).text, plugin.name, written.reads);
        if (unnamed !== null) throw new Error(`${name} ${unnamed}`);
        for (const fact of Object.keys(facts)) {
          const before = await read();
          await changeFacts(it.shop, facts, fact);
          if ((written.reads as readonly string[]).includes(fact)) continue;
          const sentence = `${name} changed with ${fact}: write "${fact}" into its reads`;
          expect(await read(), sentence).toEqual(before);
        }
      }
      await expectHealth(it, ["attribute "]);
    },
  },
  {
    says: "what time alone changes of its attributes is in their flips",
    async run(plugin, it) {
      for (const { name, written, attribute, read } of await workingOf(plugin, it)) {
        const now = it.shop.now();
        const was = await read(now);
        for (const days of [1, 40, 400]) {
          const later = new Date(now.getTime() + days * DAY_MS);
          const is = await read(later);
          if (written.flips === undefined)
            expect(is, `${name} changes within ${days} days by itself: give it flips`).toEqual(was);
          if (typeof written.flips !== "function" || isFunction(attribute)) continue;
          const named = await flippedBy(it.shop, attribute, { from: now, to: later, timeZone: it.shop.timeZone });
          const differ = is.filter(({ id, value }) => was.find((one) => one.id === id)?.value !== value);
          const missing = differ.map(({ id }) => id).filter((id) => !named.includes(id));
          expect(missing, `${name} changes within ${days} days for these customers: name them in its flips`).toEqual(
            [],
          );
        }
      }
    },
  },
  {
    says: "its attributes see no rows of another shop, even where nothing but their own SQL keeps them from it",
    async run(plugin, it) {
      const neighbour = await pluginShop(plugin, { limitMs: it.limitMs });
      await plantPeople(neighbour.shop, plugin);
      const facts = factsOf(plugin);
      for (const fact of Object.keys(facts)) await changeFacts(neighbour.shop, facts, fact);
      const owner = new pg.Client({ connectionString: process.env["DATABASE_URL"] });
      await owner.connect();
      await owner.query("select set_config('app.shop', $1, false)", [it.shop.id]);
      try {
        for (const { name, attribute, read } of await workingOf(plugin, it)) {
          const held = await read();
          const { text, values } = valueOf(it.shop, attribute);
          const free = await owner.query<{ id: string; value: string | null }>(text, values).then(
            ({ rows }) => rows.map(({ id, value }) => ({ id, value })),
            (error: Error) => error.message,
          );
          expect(free, `${name} reads other shops: say shop_id = c.shop_id of each view`).toEqual(held);
        }
      } finally {
        await owner.end();
      }
    },
  },
];
