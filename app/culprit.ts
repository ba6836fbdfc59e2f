/** A plugin that keeps a definition from working. `name`: of the thing that the plugin adds. `label`, `pluginLabel`: locale keys. */
export type Culprit = { name: string; label: string; plugin: string; pluginLabel: string; state: "off" | "failing" };
