// Asks a plugin's own check about settings that the fields accept one by one.
import { type Fault, PluginMistake } from "../../errors.ts";
import type { Fields, Values } from "../../fields.ts";
import type { Shop } from "../../shop.server.ts";
import type { Plugin } from "../plugin.ts";
import { seen } from "./guard.server.ts";

/** Empty where the settings can be saved. A check that fails marks its plugin, and the settings are refused. */
export function settingsFaults(shop: Shop, plugin: Plugin, settings: Values<Fields>): readonly Fault[] {
  const { name, check } = plugin;
  if (!check) return [];
  try {
    return seen(shop, name, "check", () => givenFaults(check(settings), settings));
  } catch {
    return [{ key: "plugins.check_failed" }];
  }
}

function givenFaults(given: unknown, settings: Values<Fields>): readonly Fault[] {
  if (!Array.isArray(given)) throw new PluginMistake("its check gives no list of faults: give [] if there are none");
  for (const fault of given as (Partial<Fault> | null)[]) {
    const { key, field } = fault ?? {};
    if (typeof key !== "string") throw new PluginMistake("its check gives a fault without a key of locales/en.json");
    if (field !== undefined && !Object.hasOwn(settings, field.replace(/\..*/, "")))
      throw new PluginMistake(`its check gives a fault of the setting "${field}", which it does not have`);
  }
  return given as Fault[];
}
