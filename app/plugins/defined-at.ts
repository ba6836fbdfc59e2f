// Where each plugin is defined: the line that is told of a failure whose own stack has none of the plugin's.
const places = new Map<string, string>();

export const noteDefined = (plugin: string, stack: string): Map<string, string> => places.set(plugin, stack);

/** A stack. */
export const definedAt = (plugin: string): string => places.get(plugin) ?? "";
