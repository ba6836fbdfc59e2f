import { audit, changedParts, type Actor, type Change } from "../audit.server.ts";
import { wake } from "../clock.server.ts";
import { refused, STALE, type Outcome } from "../errors.ts";
import type { FieldViews } from "../field-view.ts";
import { parseFields, viewFields } from "../fields.ts";
import { sql, type Tx } from "../db.server.ts";
import { enqueue } from "../queue.server.ts";
import { evaluateAnew } from "../segments/memberships/failing.server.ts";
import type { Shop } from "../shop.server.ts";
import { addedBy, CONTRIBUTION_LIST, type Kind } from "./contract/contributions.server.ts";
import { settingsFaults } from "./running/check-settings.server.ts";
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
  /** The last failure of each member that failed, newest first. */
  faults: (Failure & { at: Instant })[];
  /** What the plugin adds: the label keys by kind. */
  adds: { kind: Kind; labels: string[] }[];
  /** The facts of customers that the plugin's attributes read. */
  reads: string[];
  /** The hosts that it may send to, and a locale key that says what for. */
  sends: { host: string; purpose: string }[];
  fields: FieldViews;
  values: Record<string, unknown>;
  /** Sent back with a save of the settings. */
  version: string;
};

type Failure = { fault: string; times: number };
type Health = Pick<PluginView, "failures" | "failedAt" | "fault"> & {
  plugin: string;
  faults: (Failure & { at: string })[];
};
type Definition = { name: string; enabled: boolean; settings: Record<string, unknown>; version: number };

const BEGINS = { enabled: true, settings: {}, version: 0 };
const HEALTHY = { failures: 0, failedAt: null, fault: null, faults: [] };

const readHealth = (shop: Shop, tx: Tx): Promise<Health[]> =>
  tx.rows<Health>(
    sql`select plugin, failures, failed_at as "failedAt", fault, array(
        select each.value from jsonb_each(faults) each order by each.value ->> 'at' desc) as faults
      from plugin_health where shop_id = ${shop.id}`,
  );

const readDefinitions = (shop: Shop, tx: Tx): Promise<Definition[]> =>
  tx.rows<Definition>(sql`select name, enabled, settings, version from plugin where shop_id = ${shop.id}`);

type State = Omit<Definition, "name"> & Omit<Health, "plugin">;

function viewOf(plugin: Plugin, state: State): PluginView {
  const adds = CONTRIBUTION_LIST.flatMap(([kind, { labels }]) => {
    const names = Object.entries(addedBy(plugin, kind)).map(([name, it]) => labels(name, it)[0]?.key ?? name);
    return names.length > 0 ? [{ kind, labels: names }] : [];
  });
  const { settings, faults, version, ...rest } = state;
  return {
    name: plugin.name,
    label: plugin.label,
    description: plugin.description,
    ...rest,
    faults: faults.map((failure) => ({ ...failure, at: new Date(failure.at) })),
    adds,
    reads: [...new Set(Object.values(plugin.attributes ?? {}).flatMap(({ reads }) => reads))].sort(),
    sends: (plugin.sends ?? []).map(({ host, purpose }) => ({ host, purpose })),
    fields: viewFields(plugin.settings ?? {}),
    values: settings,
    version: String(version),
  };
}

export async function listPlugins(shop: Shop, plugins: readonly Plugin[]): Promise<PluginView[]> {
  const { definitions, healths } = await shop.db.tx(async (tx) => ({
    definitions: new Map((await readDefinitions(shop, tx)).map(({ name, ...definition }) => [name, definition])),
    healths: new Map((await readHealth(shop, tx)).map(({ plugin, ...health }) => [plugin, health])),
  }));
  return plugins.map((plugin) => {
    const { name } = plugin;
    return viewOf(plugin, { ...BEGINS, ...definitions.get(name), ...HEALTHY, ...healths.get(name) });
  });
}

/**
 * Switches a plugin on or off, and clears its failures. Segments that ask the plugin's attributes are evaluated again. Offers and
 * surveys of the plugin's kinds are published again.
 */
export async function switchPlugin(shop: Shop, plugin: Plugin, enabled: boolean, actor: Actor): Promise<void> {
  await shop.db.tx(async (tx) => {
    await tx.run(sql`
      insert into plugin as p (shop_id, name, enabled, version) values (${shop.id}, ${plugin.name}, ${enabled}, 1)
      on conflict (shop_id, name) do update set enabled = excluded.enabled, version = p.version + 1`);
    await tx.run(sql`
      update plugin_health set failures = 0, failed_at = null, fault = null, faults = '{}'
      where shop_id = ${shop.id} and plugin = ${plugin.name}`);
    await follow(shop, tx, plugin, { actor, action: enabled ? "switched on" : "switched off" });
  });
}

/** Audits a change to a plugin. Then evaluates and publishes again what depends on the plugin's contributions. */
async function follow(shop: Shop, tx: Tx, plugin: Plugin, done: Pick<Change, "actor" | "action" | "changed">) {
  const [held] = await tx.rows<{ version: number }>(
    sql`select version from plugin where shop_id = ${shop.id} and name = ${plugin.name}`,
  );
  await audit(shop, tx, { ...done, subject: { kind: "plugin", id: plugin.name }, version: held?.version ?? 0 });
  await wake(shop.id, tx);
  await evaluateAnew(shop, tx, Object.keys(plugin.attributes ?? {}));
  if (plugin.offerKinds) await enqueue("offers.publish", { shop: shop.id }, tx);
  if (plugin.questionKinds) await enqueue("surveys.publish", { shop: shop.id }, tx);
}

/** `expectedVersion`: the version that the merchant edited. Another stored version is refused as stale. Undefined: no check. */
export async function savePluginSettings(
  shop: Shop,
  plugin: Plugin,
  settings: Record<string, unknown>,
  { actor, expectedVersion }: { actor: Actor; expectedVersion?: string | undefined },
): Promise<Outcome> {
  if (!plugin.settings) return refused({ key: "plugins.no_settings" });
  const parsed = parseFields(plugin.settings, settings);
  if (!parsed.ok) return parsed;
  const faults = settingsFaults(shop, plugin, parsed.value);
  if (faults.length > 0) return refused(...faults);
  return shop.db.tx(async (tx): Promise<Outcome> => {
    await tx.run(sql`
      insert into plugin (shop_id, name) values (${shop.id}, ${plugin.name}) on conflict do nothing`);
    const [held] = await tx.rows<{ settings: Record<string, unknown>; version: string }>(
      sql`select settings, version::text as version from plugin
        where shop_id = ${shop.id} and name = ${plugin.name} for update`,
    );
    if (expectedVersion !== undefined && expectedVersion !== held?.version) return refused(STALE);
    await tx.run(sql`
      update plugin set settings = ${JSON.stringify(parsed.value)}::jsonb, version = version + 1
      where shop_id = ${shop.id} and name = ${plugin.name}`);
    const changed = changedParts(held?.settings ?? {}, parsed.value);
    await follow(shop, tx, plugin, { actor, action: "saved", changed });
    return { ok: true };
  });
}
