// Says which plugin adds a thing that a definition uses, where the plugin is switched off or fails.
import type { Culprit } from "../culprit.ts";
import { own } from "../own.ts";
import type { Shop } from "../shop.server.ts";
import { addedBy, ownerOf, type Kind } from "./contract/contributions.server.ts";
import { registry } from "./installed.server.ts";
import { listPlugins } from "./state.server.ts";

/** Of these names, those whose plugin is off or fails in this shop. A name that no installed plugin adds is left out. */
export async function culpritsOf(
  shop: Shop,
  kind: Extract<Kind, "attributes" | "offerKinds" | "questionKinds">,
  names: readonly string[],
): Promise<Culprit[]> {
  const views = new Map((await listPlugins(shop, registry.plugins)).map((view) => [view.name, view]));
  return [...new Set(names)].flatMap((name) => {
    const plugin = ownerOf(registry.plugins, kind, name);
    const view = plugin && views.get(plugin.name);
    if (!view || (view.enabled && view.failures === 0)) return [];
    const { label } = own(addedBy(plugin, kind), name) as { label: string };
    return [{ name, label, plugin: view.name, pluginLabel: view.label, state: view.enabled ? "failing" : "off" }];
  });
}
