import { registry as installed } from "../../../app/plugins/installed.server.ts";
import type { Plugin } from "../../../app/plugins/plugin.ts";
import { assemble, type Registry } from "../../../app/plugins/registry.server.ts";

export const isInstalled = (plugin: Plugin): boolean => installed.plugins.includes(plugin);

/** A registry of the plugin, the plugins of `beside` and the installed plugins. They replace installed ones of the same name. */
export const wholeOf = (plugin: Plugin, beside: readonly Plugin[] = []): Registry =>
  isInstalled(plugin) && beside.length === 0
    ? installed
    : assemble([
        ...installed.plugins.filter((each) => ![plugin, ...beside].some(({ name }) => name === each.name)),
        plugin,
        ...beside,
      ]);
