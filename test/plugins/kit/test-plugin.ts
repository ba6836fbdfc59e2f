// The contract's tests: the rules that every plugin must keep, tested with a real database and the dev store. A plugin's test file calls
// `testPlugin(plugin)` beside its own tests. Each failure says how to correct the plugin.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Plugin } from "../../../app/plugins/plugin.ts";
import { attributeChecks } from "./contract/attributes.ts";
import type { Check } from "./contract/check.ts";
import { definitionChecks } from "./contract/definition.ts";
import { kindChecks } from "./contract/kinds.ts";
import { lifeChecks } from "./contract/life.ts";
import { limitChecks } from "./contract/limits.ts";
import { type Reach, watchReach } from "./contract/reach.ts";
import { workChecks } from "./contract/work.ts";
import { plantPeople } from "./facts.ts";
import { pluginShop, type PluginShop } from "./plugin-shop.ts";

export const CHECKS: readonly Check[] = [
  ...definitionChecks,
  ...attributeChecks,
  ...workChecks,
  ...kindChecks,
  ...limitChecks,
  ...lifeChecks,
];

/** `limitMs`: the most milliseconds that a handler or a job of the plugin may take in these tests, 10 seconds if left out. */
export function testPlugin(plugin: Plugin, options: { limitMs?: number } = {}): void {
  describe(`the plugin ${plugin.name} keeps the contract`, () => {
    let reach: Reach;
    let it: PluginShop;

    beforeAll(async () => {
      it = await pluginShop(plugin, { ...options, mayFail: true });
      await plantPeople(it.shop, plugin);
      reach = watchReach(plugin);
    });
    afterAll(() => reach.end());

    test.each(CHECKS)("$says", ({ run }) => run(plugin, it));

    test("it reaches no host by itself, and says nothing to the console", () => {
      expect(reach.hosts, "use the fetch that is handed in, and name the host in sends").toEqual([]);
      expect(reach.said, "use the log that is handed in").toEqual([]);
    });
  });
}
