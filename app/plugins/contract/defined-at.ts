// The lines that define each plugin and its kinds. A failure is reported with such a line if its own stack has no line of the plugin.
const places = new Map<string, string>();
const kinds = new WeakMap<object, string>();

const keyOf = (plugin: string, member = ""): string => `${plugin} ${member}`;

/** Remembers where a kind is defined. `define`: the function that the plugin calls to define it. */
export function noteKind<K extends object>(kind: K, define: (kind: never) => unknown): K {
  if (typeof kind === "object") kinds.set(kind, stackAbove(define));
  return kind;
}

type Defined = { name: string; offerKinds?: object; questionKinds?: object };

/** Remembers where a plugin is defined, and the places of its kinds under the names by which their failures are marked. */
export function noteDefined(plugin: Defined, define: (plugin: never) => unknown): void {
  places.set(keyOf(plugin.name), stackAbove(define));
  for (const [name, kind] of Object.entries(plugin.offerKinds ?? {}))
    for (const what of [`offer ${name}`, `audience of offer ${name}`]) noteMember(plugin.name, what, kind);
  for (const [name, kind] of Object.entries(plugin.questionKinds ?? {}))
    noteMember(plugin.name, `question ${name}`, kind);
}

function noteMember(plugin: string, what: string, kind: object): void {
  const stack = kinds.get(kind);
  if (stack !== undefined) places.set(keyOf(plugin, what), stack);
}

function stackAbove(define: (it: never) => unknown): string {
  const here = { stack: "" };
  Error.captureStackTrace(here, define);
  return here.stack;
}

/** The stack of the call that defines the plugin, or the plugin's member of this name, such as `offer gift`. Empty if unknown. */
export const definedAt = (plugin: string, member?: string): string => places.get(keyOf(plugin, member)) ?? "";
