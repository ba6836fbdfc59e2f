// Runs the reactions to a webhook after the webhook was applied: the app's own (`OWN`), then the plugins' handlers. Reactions run at
// least once: an inbox row is `handling` until all have run, and rows that a killed process left are taken up again.
import { own } from "../own.ts";
import { markUninstalled, saveScopes } from "../shopify/installation.server.ts";
import type { MetafieldOwner } from "../customers/facts/metafields.server.ts";
import { log } from "../log.server.ts";
import { noticeDiscount } from "../offers/publishing/look.server.ts";
import { runGuarded } from "../plugins/running/guard.server.ts";
import { registryFor } from "../plugins/installed.server.ts";
import { workContextOf } from "../plugins/running/given/context.server.ts";
import { limitMsOf } from "../plugins/contract/contributions.server.ts";
import type { WebhookHandlers, WorkContext } from "../plugins/plugin.ts";
import { metafieldsOf, ownersOf, type Registry } from "../plugins/registry.server.ts";
import { enqueue } from "../queue.server.ts";
import { openShop, type Shop } from "../shop.server.ts";
import { parseBody } from "../sync/reading/rows.server.ts";
import { claimHandling, settleHandled, type Claimed } from "../sync/inbox/handling.server.ts";
import { payloadOf, type Payload } from "../sync/sources/shopify/payload.ts";
import type { Instant } from "../instant.ts";

type Reaction = (shopId: string, shop: Shop | null, payload: Payload, at: Instant) => Promise<void>;

const OWN: Record<string, Reaction> = {
  "app/uninstalled": async (shopId, _shop, _payload, at) => {
    await markUninstalled(shopId, at);
  },
  "app/scopes_update": async (_shopId, shop, payload) => {
    const current = payload["current"];
    if (!shop || !Array.isArray(current)) return;
    await saveScopes(shop, current.map(String));
    await enqueue("pixel.look", { shop: shop.id });
  },
  "discounts/update": async (_shopId, shop, payload) => {
    if (shop) await noticeDiscount(shop, String(payload["admin_graphql_api_id"] ?? ""));
  },
  "discounts/delete": async (_shopId, shop, payload) => {
    if (shop) await noticeDiscount(shop, String(payload["admin_graphql_api_id"] ?? ""));
  },
  "bulk_operations/finish": async (shopId, shop) => {
    if (shop) await enqueue("sync.backfill", { shop: shopId });
  },
};

const handlerOf = (handlers: WebhookHandlers | undefined, topic: string) =>
  own((handlers ?? {}) as Record<string, (context: WorkContext, payload: Payload) => Promise<void>>, topic);

/** The owner of metafields that a topic concerns. A webhook has no metafields: those that plugins declare are read from Shopify. */
const OWNER_OF: Record<string, MetafieldOwner> = {
  "customers/create": "customer",
  "customers/update": "customer",
  "orders/create": "order",
  "orders/updated": "order",
  "products/create": "product",
  "products/update": "product",
};

/** Whose metafields to read from Shopify. Null: the topic concerns no owner for which a plugin declares metafields. */
function ownerToRead(topic: string, registry: Registry | null): MetafieldOwner | null {
  const owner = own(OWNER_OF, topic);
  return owner && registry && ownersOf(metafieldsOf(registry)).includes(owner) ? owner : null;
}

export const hasReaction = (topic: string, registry: Registry | null): boolean =>
  Object.hasOwn(OWN, topic) ||
  ownerToRead(topic, registry) !== null ||
  (registry?.plugins.some(({ webhooks }) => handlerOf(webhooks, topic)) ?? false);

const AT_ONCE = 8;
const TRIES = 5;
/** The limit of a plugin that hangs is halved each time, down to this fraction of `limitMs`. */
const LEAST_PART = 10;
/** Before the second try. Each further pause is four times as long. */
const PAUSE_MS = 1000;

type Options = {
  isStopping?: () => boolean;
  registryOf?: (shop: Shop) => Promise<Registry>;
  /** How long a plugin may take for one webhook. */
  limitMs?: number;
};

/** Runs the due reactions of the shop, in small groups, until none is due. */
export async function react(shopId: string, options: Options = {}): Promise<void> {
  const { isStopping = () => false, registryOf = registryFor, limitMs = limitMsOf("webhooks") } = options;
  const limits = new Map<string, number>();
  while (!isStopping()) {
    const rows = await claimHandling(shopId);
    if (rows.length === 0) return;
    const shop = await openShop(shopId);
    const registry = shop && (await registryOf(shop));
    const turns = rows.values();
    const lane = async () => {
      for (const row of turns) await reactTo(row, { shopId, shop, registry, limitMs, limits });
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  }
}

type ReactionContext = {
  shopId: string;
  shop: Shop | null;
  registry: Registry | null;
  limitMs: number;
  /** By plugin, the present limit of a plugin that hangs: halved each time, so that it delays other plugins' webhooks less. */
  limits: Map<string, number>;
};

async function reactTo(row: Claimed, { shopId, shop, registry, limitMs, limits }: ReactionContext): Promise<void> {
  const { seq, topic, at, attempts, bytes } = row;
  try {
    const body = parseBody(bytes);
    const payload = payloadOf(body);
    await own(OWN, topic)?.(shopId, shop, payload, at);
    const owner = ownerToRead(topic, registry);
    if (owner) await enqueue("sync.metafields", { shop: shopId, owner, id: String(payload["id"]) });
    const plugins = registry?.plugins ?? [];
    const interrupted: string[] = [];
    await Promise.all(
      plugins.map(async (plugin) => {
        const { name } = plugin;
        const handle = handlerOf(plugin.webhooks, topic);
        if (!shop || !handle) return;
        const limit = limits.get(name) ?? limitMs;
        const began = performance.now();
        const settings = registry?.settings.get(name) ?? {};
        // Each plugin gets a payload of its own: what one plugin changes in it, no other plugin sees.
        const work = (own: Shop) => handle(workContextOf(own, plugin, settings), payloadOf(body));
        const ran = await runGuarded(shop, name, topic, work, limit);
        if (!ran.ok && ran.interrupted) interrupted.push(name);
        if (ran.ok) limits.delete(name);
        else if (performance.now() - began >= limit) limits.set(name, Math.max(limit / 2, limitMs / LEAST_PART));
      }),
    );
    // The other plugins hear the webhook again, too: at least once is what plugins are promised.
    if (interrupted.length > 0) throw new Error(`the work of ${interrupted.join(", ")} was interrupted`);
    await settleHandled(shopId, seq, "applied");
  } catch (error) {
    log.error({ err: error, shop: shopId, topic }, "a webhook was applied, but not reacted to");
    if (attempts + 1 < TRIES)
      await settleHandled(shopId, seq, "handling", { failed: 1, waitMs: PAUSE_MS * 4 ** attempts });
    else await settleHandled(shopId, seq, "poison", { failed: 1 });
  }
}
