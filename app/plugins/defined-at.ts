// The line that defines each plugin. A failure is reported with this line if its own stack has no line of the plugin.
const places = new Map<string, string>();

export const noteDefined = (plugin: string, stack: string): Map<string, string> => places.set(plugin, stack);

/** The stack of the plugin's `definePlugin` call, empty if unknown. */
export const definedAt = (plugin: string): string => places.get(plugin) ?? "";
