// A shop for a plugin's test, in a real database and in a dev store that stands in for Shopify. The shop has the plugin and the installed
// plugins. app/plugins/README.md explains how to use it.
import { afterAll } from "vitest";
import { hasChanges } from "../../../app/customers/facts/customer-changes.server.ts";
import { sql, type Tx } from "../../../app/db.server.ts";
import { parseFields } from "../../../app/fields.ts";
import { resolveOffer, type Resolved } from "../../../app/offers/resolve.server.ts";
import { drawCards, type DrawnCard } from "../../../app/plugins/cards.server.ts";
import { registryOf as registryOfStates } from "../../../app/plugins/installed.server.ts";
import type { Plugin } from "../../../app/plugins/plugin.ts";
import { recordsOf, type PluginRecord } from "../../../app/plugins/running/given/records.server.ts";
import { metafieldsOf, type Registry } from "../../../app/plugins/registry.server.ts";
import { runJob } from "../../../app/plugins/running/jobs/runs.server.ts";
import { listPlugins, savePluginSettings, type PluginView } from "../../../app/plugins/state.server.ts";
import { drainCustomerChanges } from "../../../app/segments/memberships/membership.server.ts";
import type { JobData } from "../../../app/queue.server.ts";
import { installShop } from "../../../app/shopify/installation.server.ts";
import { openShop, type Shop } from "../../../app/shop.server.ts";
import { syncMetafields } from "../../../app/sync/sources/shopify/metafields.server.ts";
import { takeTurn } from "../../../app/worker/batch.server.ts";
import { deliverEvents, isBehind } from "../../../app/worker/plugin-events.server.ts";
import { settleMoves } from "../../../app/worker/pipeline.server.ts";
import { react } from "../../../app/worker/reactions.server.ts";
import { example, openIngest, type Ingest, type Json } from "../../flows/ingest-shop.ts";
import { startDevShop, type DevShop } from "../../setup/dev-shop.ts";
import { failureOf, noting, type Thrown } from "./failures.ts";
import { inSurveys, type InSurveys } from "./in-surveys.ts";
import { inTheStore, type InTheStore } from "./in-the-store.ts";
import { evaluateWaiting, segmentsOf, type Segments } from "./segments.ts";
import { wholeOf } from "./whole.ts";

export type PluginShop = InTheStore &
  InSurveys &
  Segments & {
    shop: Shop;
    registry: Registry;
    /** The most milliseconds that a handler or a job may take here. */
    limitMs: number;
    /** Sends a webhook through the real door: Shopify's published example of the topic, with these fields replaced. */
    send(topic: string, fields: Json): Promise<void>;
    /**
     * Applies the webhooks, calls the plugin's handlers, reads declared metafields, and updates segments, also after `set`. Throws if a
     * handler fails, as `cards` and `offer` throw if the plugin's code fails: see `mayFail`.
     */
    settle(): Promise<void>;
    thrown: Thrown;
    /** Runs a job, `onInstalled` or `onHistory` as the worker does. Throws if the run fails. */
    runJob(name: string): Promise<void>;
    /** Saves settings as the merchant does on the plugin's page. */
    set(settings: Record<string, unknown>): Promise<void>;
    records(kind: string): Promise<PluginRecord[]>;
    /** What an offer of this kind is, and the query of those who see it, or the merchant's mistake. `settings`: as a form gives them. */
    offer(kind: string, settings?: Record<string, unknown>): Promise<Offered>;
    cards(place: "home" | "customer", customerId?: string): Promise<DrawnCard[]>;
    /** Reads what the plugin's page shows. */
    page(): Promise<PluginView>;
  };

let stores: Promise<{ dev: DevShop; door: Ingest }> | undefined;
let shops = 0;

const openStores = async () => {
  const [dev, door] = await Promise.all([startDevShop("plugins-0.myshopify.com"), openIngest()]);
  return { dev, door };
};

afterAll(async () => {
  const opened = await stores;
  stores = undefined;
  await Promise.all([opened?.dev.close(), opened?.door.close()]);
});

/** Takes the waiting jobs that read metafields. */
const takeMetafieldJobs = (shop: Shop) =>
  shop.db.tx((tx) =>
    tx.rows<Pick<JobData["sync.metafields"], "owner" | "id">>(sql`
      delete from pgboss.job where name = 'sync.metafields' and data ->> 'shop' = ${shop.id} and state = 'created'
      returning data ->> 'owner' as owner, data ->> 'id' as id`),
  );

type Offered = Resolved & { audience: string | null };

async function offerOf(
  shop: Shop,
  { offerKinds }: Registry,
  offer: Parameters<typeof resolveOffer>[2],
): Promise<Offered> {
  const resolved = await resolveOffer(shop, offerKinds, offer);
  const { settings = {}, audience } = offerKinds[offer.kind] ?? {};
  const read = parseFields(settings, offer.settings);
  return { ...resolved, audience: (resolved.ok && read.ok && audience?.(read.value)) || null };
}

type RegistryOf = (of: Shop, tx?: Tx) => Promise<Registry>;

async function settleShop(shop: Shop, registryOf: RegistryOf, limitMs: number): Promise<void> {
  for (let more = true; more;) {
    const turn = await takeTurn(shop.id, [], { registryOf });
    if (turn === "busy") continue;
    if (turn.handling > 0) await react(shop.id, { registryOf, limitMs });
    more = turn.more;
  }
  const engine = await registryOf(shop);
  for (const asked of await takeMetafieldJobs(shop))
    await syncMetafields(shop, metafieldsOf(engine), asked, { pollMs: 20 });
  // A listener may write records that move customers, or emit an event for a plugin that was done already.
  do {
    while (await drainCustomerChanges(shop, engine, settleMoves(shop)));
    await evaluateWaiting(shop, engine);
    await deliverEvents(shop, engine, limitMs);
  } while ((await isBehind(shop, engine)) || (await hasChanges(shop)));
}

type Options = {
  /** Other plugins that the shop also has. */
  beside?: readonly Plugin[];
  /** The most milliseconds that a handler or a job may take: 10 seconds if left out. The worker gives a job 300 seconds. */
  limitMs?: number;
  /** The test expects failures, and reads them by `page()`: `settle`, `cards` and `offer` throw none. */
  mayFail?: boolean;
};

const LIMIT_MS = 10_000;

/** Each call makes a shop of its own. All shops of a test file are in one dev store. */
export async function pluginShop(
  plugin: Plugin,
  { beside = [], limitMs = LIMIT_MS, mayFail = false }: Options = {},
): Promise<PluginShop> {
  const { dev, door } = await (stores ??= openStores());
  const domain = `plugins-${(shops += 1)}.myshopify.com`;
  const store = dev.addShop(domain, { timeZone: "Europe/London", currency: "GBP" });
  await installShop(domain, { idToken: dev.merchantToken(store) });
  const shop = await openShop(domain);
  if (!shop) throw new Error("the shop is installed");
  const thrown: Thrown = new Map();
  const whole = wholeOf(noting(plugin, thrown), beside);
  const registryOf: RegistryOf = (of, tx) => registryOfStates(of, whole, tx);
  const send = async (topic: string, fields: Json) => {
    const status = await door.send(
      topic,
      { ...example(topic), ...fields },
      {
        shop: shop.id,
        triggeredAt: new Date().toISOString(),
      },
    );
    if (status !== 200) throw new Error(`the door answered ${status}`);
  };
  const state = async () => {
    const [view] = await listPlugins(shop, [plugin]);
    if (!view) throw new Error("the plugin is there");
    return view;
  };
  const told = new Set<string>();
  /** Throws the failures that no earlier call has thrown. */
  const throwFailures = async () => {
    const { faults } = await state();
    const fresh = faults.filter((fault) => !told.has(JSON.stringify(fault)));
    for (const fault of fresh) told.add(JSON.stringify(fault));
    if (fresh.length > 0 && !mayFail) throw failureOf(fresh, thrown);
  };
  return {
    shop,
    registry: await registryOf(shop),
    limitMs,
    thrown,
    ...inTheStore(dev.store, store, send),
    ...inSurveys(shop, () => registryOf(shop)),
    ...segmentsOf(shop, () => registryOf(shop)),
    send,
    async settle() {
      await settleShop(shop, registryOf, limitMs);
      await throwFailures();
    },
    async runJob(name) {
      const job = (await registryOf(shop)).jobs[`${plugin.name}/${name}`]?.it;
      if (!job) throw new Error(`the plugin has no job ${name}`);
      const ran = await runJob(shop, plugin.name, name, job, limitMs);
      if (ran.ok) return;
      const { faults } = await state();
      for (const fault of faults) told.add(JSON.stringify(fault));
      throw failureOf(
        faults.filter(({ fault }) => fault.startsWith(`job ${name}: `)),
        thrown,
      );
    },
    async set(settings) {
      const saved = await savePluginSettings(shop, plugin, settings, { actor: "merchant" });
      if (!saved.ok) throw new Error(`the settings are refused: ${JSON.stringify(saved.faults)}`);
    },
    records: (kind) => recordsOf(shop, plugin.name)(kind).list(),
    async offer(kind, settings = {}) {
      const offered = await offerOf(shop, await registryOf(shop), { kind, settings });
      await throwFailures();
      return offered;
    },
    async cards(place, customerId) {
      const drawn = await drawCards(shop, await registryOf(shop), place, customerId ?? null);
      await throwFailures();
      return drawn.filter(({ name }) => Object.hasOwn(plugin.cards ?? {}, name));
    },
    page: state,
  };
}
