import { expect } from "vitest";
import { forShop, sql } from "../../../../app/db.server.ts";
import type { Plugin } from "../../../../app/plugins/plugin.ts";
import type { Shop } from "../../../../app/shop.server.ts";
import { withinLimit } from "../../../../app/time-limit.ts";
import { pluginShop, type PluginShop } from "../plugin-shop.ts";
import { type Check, expectHealth, recordsIn } from "./check.ts";
import { haveEvents } from "./events.ts";

const jobsOf = (plugin: Plugin): string[] => [
  ...Object.keys(plugin.jobs ?? {}),
  ...(["onInstalled", "onHistory"] as const).filter((name) => plugin[name]),
];

/** Delivers all domain events of the shop to the plugin again. */
async function deliverAgain(it: PluginShop, plugin: Plugin): Promise<void> {
  await it.shop.db.tx((tx) =>
    tx.run(
      sql`update outbox_position set seq = 0 where shop_id = ${it.shop.id} and reader = ${`plugin ${plugin.name}`}`,
    ),
  );
  await it.settle();
}

/** A shop that fails every transaction after the first `after` ones, as if the process had been killed. */
function dying(shop: Shop, after: number): Shop {
  const db = forShop(shop.id);
  let begun = 0;
  return {
    ...shop,
    db: {
      async tx(work) {
        if ((begun += 1) > after) throw new Error("the process was killed");
        return db.tx(work);
      },
    },
  };
}

const forget = (it: PluginShop, plugin: Plugin) =>
  it.shop.db.tx((tx) =>
    tx.run(sql`delete from plugin_record where shop_id = ${it.shop.id} and plugin = ${plugin.name}`),
  );

/** The most transactions after which a job is cut off. A job of a test has fewer. */
const MOST_CUTS = 4;

export const workChecks: Check[] = [
  {
    says: "its handlers may hear a webhook twice, in any order",
    async run(plugin, it) {
      const topics = Object.keys(plugin.webhooks ?? {});
      const hear = async (order: string[]) => {
        for (const topic of order) await it.send(topic, {});
        await it.settle();
        return recordsIn(it);
      };
      const once = await hear(topics);
      const again = await hear([...topics, ...topics].reverse());
      expect(again, "make each handler idempotent: key its records").toEqual(once);
      await expectHealth(it, topics);
    },
  },
  {
    says: "its listeners may be told of an event twice",
    async run(plugin, it) {
      if (!plugin.events) return;
      await it.follow("number_of_orders >= 0");
      await haveEvents(plugin, it);
      const once = await recordsIn(it);
      await deliverAgain(it, plugin);
      expect(await recordsIn(it), "make each listener idempotent: key its records by the event's id").toEqual(once);
      await expectHealth(it, Object.keys(plugin.events));
    },
  },
  {
    says: "its jobs may be cut off and run again",
    async run(plugin, it) {
      for (const job of jobsOf(plugin)) {
        await it.runJob(job);
        await forget(it, plugin);
        await it.runJob(job);
        const once = await recordsIn(it);
        await it.runJob(job);
        expect(await recordsIn(it), `${job} leaves more when it runs twice: key its records`).toEqual(once);
        for (let after = 0; after < MOST_CUTS; after += 1) {
          await forget(it, plugin);
          const bound = it.registry.jobs[`${plugin.name}/${job}`]?.it;
          const wasCut = await withinLimit(() => bound?.run(dying(it.shop, after)), it.limitMs).then(
            () => false,
            () => true,
          );
          await it.runJob(job);
          const sentence = `${job} was killed in its transaction ${after + 1}, and did not make up for it when it ran again`;
          expect(await recordsIn(it), sentence).toEqual(once);
          if (!wasCut) break;
        }
      }
      await expectHealth(it, ["job "]);
    },
  },
  {
    says: "what another shop hears, it does not see here",
    async run(plugin, it) {
      const hear = async (shop: PluginShop) => {
        for (const topic of Object.keys(plugin.webhooks ?? {})) await shop.send(topic, {});
        await shop.settle();
      };
      await hear(it);
      const before = await recordsIn(it);
      const neighbour = await pluginShop(plugin, { limitMs: it.limitMs, mayFail: true });
      await hear(neighbour);
      for (const job of jobsOf(plugin)) await neighbour.runJob(job);
      expect(await recordsIn(it), "keep nothing of a context after the work that it was given for").toEqual(before);
    },
  },
];
