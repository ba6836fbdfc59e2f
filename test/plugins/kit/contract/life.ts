import { expect } from "vitest";
import { sql } from "../../../../app/db.server.ts";
import { registryOf } from "../../../../app/plugins/installed.server.ts";
import type { Plugin } from "../../../../app/plugins/plugin.ts";
import { recordsOf } from "../../../../app/plugins/running/given/records.server.ts";
import type { Registry } from "../../../../app/plugins/registry.server.ts";
import { switchPlugin } from "../../../../app/plugins/state.server.ts";
import { comply, openRequests } from "../../../../app/sync/compliance/compliance.server.ts";
import { exportCustomer } from "../../../../app/sync/compliance/export.server.ts";
import { eraseSteps } from "../../../../app/worker/erasure.server.ts";
import { pluginShop, type PluginShop } from "../plugin-shop.ts";
import { wholeOf } from "../whole.ts";
import { type Check, recordsIn } from "./check.ts";

const PERSON = {
  id: 4040,
  email: "marisol.quint@example.com",
  first_name: "Marisol",
  last_name: "Quintanilha",
  phone: null,
};

/** Sends webhooks about one person, for the topics to which the plugin listens. */
async function hearOf(plugin: Plugin, it: PluginShop): Promise<void> {
  for (const topic of Object.keys(plugin.webhooks ?? {})) {
    if (topic.startsWith("customers/")) await it.send(topic, PERSON);
    else if (topic.startsWith("orders/"))
      await it.send(topic, {
        id: 4041,
        customer: PERSON,
        email: PERSON.email,
        contact_email: PERSON.email,
        test: false,
      });
  }
  await it.settle();
}

const namesIn = (of: Registry, plugin: Plugin): string[] => [
  ...(["attributes", "offerKinds", "questionKinds", "cards"] as const).flatMap((kind) =>
    Object.keys(plugin[kind] ?? {}).filter((name) => name in of[kind]),
  ),
  ...Object.keys(of.jobs).filter((key) => key.startsWith(`${plugin.name}/`)),
];

const fulfil = async (it: PluginShop): Promise<void> => {
  await it.settle();
  for (const request of await openRequests(it.shop.id)) await comply(it.shop.id, request, eraseSteps);
};

export const lifeChecks: Check[] = [
  {
    says: "its records of a person are in the person's export, and gone when the person is redacted, whatever comes after",
    async run(plugin, { limitMs }) {
      const it = await pluginShop(plugin, { limitMs, mayFail: true });
      const id = String(PERSON.id);
      await it.send("customers/create", PERSON);
      await it.settle();
      await recordsOf(
        it.shop,
        plugin.name,
      )("test-of-redaction").put({ key: "r", customerId: id, data: { town: "Leeds" } });
      await hearOf(plugin, it);
      expect(JSON.stringify((await exportCustomer(it.shop, id))?.data["plugin_record"] ?? [])).toContain("Leeds");
      await it.send("customers/redact", {
        shop_domain: it.shop.id,
        shop_id: null,
        customer: { id: PERSON.id, email: PERSON.email, phone: null },
        orders_to_redact: [4041],
      });
      await fulfil(it);
      await hearOf(plugin, it);
      for (const job of Object.keys(plugin.jobs ?? {})) await it.runJob(job);
      const speaking = (await recordsIn(it)).filter((row) =>
        [PERSON.email, PERSON.last_name].some((word) => JSON.stringify(row).includes(word)),
      );
      const sentence = "say whose record it is (customerId): of somebody who was redacted none is kept";
      expect(speaking, sentence).toEqual([]);
      expect(await exportCustomer(it.shop, id), sentence).toBeNull();
    },
  },
  {
    says: "switched off it does nothing; switched on again it is what it was",
    async run(plugin, it) {
      const all = namesIn(it.registry, plugin);
      const kept = await recordsIn(it);
      await switchPlugin(it.shop, plugin, false, "merchant");
      expect(namesIn(await registryOf(it.shop, wholeOf(plugin)), plugin)).toEqual([]);
      for (const topic of Object.keys(plugin.webhooks ?? {})) await it.send(topic, {});
      await it.settle();
      expect(await recordsIn(it), "it heard a webhook while it was off").toEqual(kept);
      await switchPlugin(it.shop, plugin, true, "merchant");
      expect(namesIn(await registryOf(it.shop, wholeOf(plugin)), plugin)).toEqual(all);
      expect(await recordsIn(it)).toEqual(kept);
    },
  },
  {
    says: "of a shop that has left and is redacted it leaves nothing",
    async run(plugin, { limitMs }) {
      const it = await pluginShop(plugin, { limitMs, mayFail: true });
      await recordsOf(it.shop, plugin.name)("test-of-leaving").put({ key: "r", data: {} });
      await hearOf(plugin, it);
      for (const job of Object.keys(plugin.jobs ?? {})) await it.runJob(job);
      await it.uninstall();
      await it.send("shop/redact", { shop_domain: it.shop.domain, shop_id: null });
      await fulfil(it);
      // A handler that was running during the redaction writes late.
      for (const topic of Object.keys(plugin.webhooks ?? {})) await it.send(topic, {});
      await it.settle();
      const left = await it.shop.db.tx((tx) =>
        tx.rows<{ table: string }>(sql`
          select 'plugin_record' as table from plugin_record where shop_id = ${it.shop.id}
          union select 'plugin' from plugin where shop_id = ${it.shop.id}
          union select 'plugin_health' from plugin_health where shop_id = ${it.shop.id}
          union select 'plugin_access' from plugin_access where shop_id = ${it.shop.id}
          union select 'customer' from customer where shop_id = ${it.shop.id}`),
      );
      expect(left.map(({ table }) => table)).toEqual([]);
    },
  },
];
