import { registry as installed } from "../../../app/plugins/installed.server.ts";
import type { Plugin } from "../../../app/plugins/plugin.ts";
import { assemble, type Registry } from "../../../app/plugins/registry.server.ts";

export const isInstalled = (plugin: Plugin): boolean => installed.plugins.includes(plugin);

/** This plugin, and those of `beside`, with those that are installed. One of the same name takes the place of the installed one. */
export const wholeOf = (plugin: Plugin, beside: readonly Plugin[] = []): Registry =>
  isInstalled(plugin) && beside.length === 0
    ? installed
    : assemble([...installed.plugins.filter(({ name }) => name !== plugin.name), plugin, ...beside]);
