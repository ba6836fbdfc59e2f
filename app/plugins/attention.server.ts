import type { Attention } from "../attention.ts";
import type { Shop } from "../shop.server.ts";
import type { Plugin } from "./plugin.ts";
import { listPlugins } from "./state.server.ts";

/** Lists the enabled plugins that failed. A plugin stays listed until the merchant switches the plugin off and on again. */
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
