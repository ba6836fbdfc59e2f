// What is wrong with this shop's plugins right now.
import type { Attention } from "../attention.ts";
import type { Shop } from "../shop.server.ts";
import type { Plugin } from "./plugin.ts";
import { listPlugins } from "./state.server.ts";

/** A plugin has its mark until it is switched off and on again. */
export async function pluginsAttention(shop: Shop, plugins: readonly Plugin[]): Promise<Attention[]> {
  const views = await listPlugins(shop, plugins);
  return views
    .filter(({ failures, enabled }) => enabled && failures > 0)
    .map(({ name, label, failures, failedAt }) => ({
      key: "plugins.attention.failed",
      parameters: { count: failures },
      about: { id: name, name: label, isKey: true },
      tone: "warning",
      mend: { label: "plugins.attention.open", url: `/app/plugins/${name}` },
      since: failedAt,
    }));
}
