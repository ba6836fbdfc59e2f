import { expect } from "vitest";
import { sql } from "../../../../app/db.server.ts";
import { parseFields } from "../../../../app/fields.ts";
import { fileFaults } from "../../../../app/plugins/contract/contract-files.server.ts";
import { settingsOf } from "../../../../app/plugins/running/given/context.server.ts";
import { pluginShop } from "../plugin-shop.ts";
import { isInstalled, wholeOf } from "../whole.ts";
import { type Check, expectHealth, queryOf } from "./check.ts";

/** Values that another version of the plugin, or a person, may have stored as settings. */
const WRONG = [null, "", "x".repeat(10_000), -1, "NaN", [], {}, "'); drop table customer; --"];

export const definitionChecks: Check[] = [
  {
    says: "its names, words, topics and scopes are there, and no other plugin claims them",
    async run(plugin) {
      expect(() => wholeOf(plugin)).not.toThrow();
      if (isInstalled(plugin)) expect(fileFaults([plugin])).toEqual([]);
    },
  },
  {
    says: "its settings begin with values that they take themselves",
    async run(plugin) {
      const read = parseFields(plugin.settings ?? {}, settingsOf(plugin.settings));
      expect(read.ok ? [] : read.faults, "give these settings an initial that passes").toEqual([]);
    },
  },
  {
    says: "its attributes, cards and jobs work where settings are missing or wrong",
    async run(plugin, { limitMs }) {
      if (!plugin.settings) return;
      const it = await pluginShop(plugin, { limitMs, mayFail: true });
      for (const wrong of WRONG) {
        const held = Object.fromEntries(Object.keys(plugin.settings).map((name) => [name, wrong]));
        await it.shop.db.tx((tx) =>
          tx.run(sql`insert into plugin (shop_id, name, settings)
            values (${it.shop.id}, ${plugin.name}, ${JSON.stringify(held)}::jsonb)
            on conflict (shop_id, name) do update set settings = excluded.settings`),
        );
        for (const [name, entry] of Object.entries(plugin.attributes ?? {})) {
          await it.members(queryOf(name, entry));
        }
        for (const place of ["home", "customer"] as const) await it.cards(place, "1");
        for (const job of Object.keys(plugin.jobs ?? {})) await it.runJob(job);
      }
      await expectHealth(it);
    },
  },
];
