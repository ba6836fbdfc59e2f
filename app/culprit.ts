/**
 * A plugin that keeps a definition from working. `name`: the name of what the plugin adds. `label`, `pluginLabel`: locale keys.
 */
export type Culprit = { name: string; label: string; plugin: string; pluginLabel: string; state: "off" | "failing" };
