import { wake } from "../clock.server.ts";
import { refused, STALE, type Outcome } from "../errors.ts";
import type { FieldViews } from "../field-view.ts";
import { parseFields, viewFields } from "../fields.ts";
import { sql, type Tx } from "../db.server.ts";
import { enqueue } from "../queue.server.ts";
import { evaluateAnew } from "../segments/memberships/failing.server.ts";
import type { Shop } from "../shop.server.ts";
import { addedBy, CONTRIBUTION_LIST, type Kind } from "./contributions.server.ts";
import type { Plugin } from "./plugin.ts";
import type { Instant } from "../instant.ts";

export type PluginView = {
  name: string;
  label: string;
  description: string;
  enabled: boolean;
  failures: number;
  failedAt: Instant | null;
  fault: string | null;
  /** The last failure of each member that failed, the newest first. */
  faults: (Failure & { at: Instant })[];
  /** What it adds: kind and label keys. */
  adds: { kind: Kind; labels: string[] }[];
  /** Which facts of customers its attributes read. */
  reads: string[];
  fields: FieldViews;
  values: Record<string, unknown>;
};

type Failure = { fault: string; times: number };
type State = Pick<PluginView, "enabled" | "failures" | "failedAt" | "fault"> & {
  plugin: string;
  faults: (Failure & { at: string })[];
  settings: Record<string, unknown>;
};

const FRESH = { enabled: true, failures: 0, failedAt: null, fault: null, faults: [], settings: {} };

const readStates = (shop: Shop): Promise<State[]> =>
  shop.db.tx((tx) =>
    tx.rows<State>(
      sql`select plugin, enabled, failures, failed_at as "failedAt", fault, settings, array(
          select each.value from jsonb_each(faults) each order by each.value ->> 'at' desc) as faults
        from plugin_state where shop_id = ${shop.id}`,
    ),
  );

function viewOf(plugin: Plugin, state: Omit<State, "plugin">): PluginView {
  const adds = CONTRIBUTION_LIST.flatMap(([kind, { labels }]) => {
    const names = Object.entries(addedBy(plugin, kind)).map(([name, it]) => labels(name, it)[0]?.key ?? name);
    return names.length > 0 ? [{ kind, labels: names }] : [];
  });
  const { settings, faults, ...health } = state;
  return {
    name: plugin.name,
    label: plugin.label,
    description: plugin.description,
    ...health,
    faults: faults.map((failure) => ({ ...failure, at: new Date(failure.at) })),
    adds,
    reads: [...new Set(Object.values(plugin.attributes ?? {}).flatMap(({ reads }) => reads))].sort(),
    fields: viewFields(plugin.settings ?? {}),
    values: settings,
  };
}

export async function listPlugins(shop: Shop, plugins: readonly Plugin[]): Promise<PluginView[]> {
  const states = new Map((await readStates(shop)).map(({ plugin, ...state }) => [plugin, state]));
  return plugins.map((plugin) => viewOf(plugin, states.get(plugin.name) ?? FRESH));
}

/**
 * Switching on again also clears what was marked. What the plugin adds comes and goes with it: segments that ask its
 * attributes are judged anew, offers and surveys of its kinds are published anew.
 */
export async function switchPlugin(shop: Shop, plugin: Plugin, enabled: boolean): Promise<void> {
  await shop.db.tx(async (tx) => {
    await tx.run(sql`
      insert into plugin_state (shop_id, plugin, enabled) values (${shop.id}, ${plugin.name}, ${enabled})
      on conflict (shop_id, plugin) do update set enabled = excluded.enabled, failures = 0, failed_at = null, fault = null,
        faults = '{}'`);
    await followPlugin(shop, tx, plugin);
  });
}

/** What it adds is not what it was. */
async function followPlugin(shop: Shop, tx: Tx, plugin: Plugin): Promise<void> {
  await wake(shop.id, tx);
  await evaluateAnew(shop, tx, Object.keys(plugin.attributes ?? {}));
  if (plugin.offerKinds) await enqueue("offers.publish", { shop: shop.id }, tx);
  if (plugin.questionKinds) await enqueue("surveys.publish", { shop: shop.id }, tx);
}

/** `seen`: the settings that were changed, as JSON; refused where others are there. `locale`: of who typed. */
export async function savePluginSettings(
  shop: Shop,
  plugin: Plugin,
  input: Record<string, unknown>,
  { seen = "", locale }: { seen?: string; locale?: string } = {},
): Promise<Outcome> {
  if (!plugin.settings) return refused({ key: "plugins.no_settings" });
  const parsed = parseFields(plugin.settings, input, locale);
  if (!parsed.ok) return parsed;
  return shop.db.tx(async (tx) => {
    const [held] = await tx.rows<{ settings: Record<string, unknown> }>(
      sql`select settings from plugin_state where shop_id = ${shop.id} and plugin = ${plugin.name} for update`,
    );
    if (seen !== "" && seen !== JSON.stringify(held?.settings ?? {})) return refused(STALE);
    await tx.run(sql`
      insert into plugin_state (shop_id, plugin, settings) values (${shop.id}, ${plugin.name}, ${JSON.stringify(parsed.value)}::jsonb)
      on conflict (shop_id, plugin) do update set settings = excluded.settings`);
    await followPlugin(shop, tx, plugin);
    return { ok: true };
  });
}
