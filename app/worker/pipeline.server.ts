// The only place where a change in one domain reaches another: webhooks → profile → surveys → segments → offers.
import { joinVisitors } from "../customers/activity/visitors.server.ts";
import { addChange, type Changes } from "../customers/change.ts";
import type { Tx } from "../db.server.ts";
import { markPublications } from "../offers/publishing/customers/publication.server.ts";
import { emit, hasNews } from "../outbox.server.ts";
import { enqueue } from "../queue.server.ts";
import { registryFor } from "../plugins/installed.server.ts";
import type { Registry } from "../plugins/registry.server.ts";
import { newsOf } from "../segments/memberships/stays/news.server.ts";
import { refreshMembership, type Settle } from "../segments/memberships/membership.server.ts";
import type { Shop } from "../shop.server.ts";
import { bindResponses } from "../surveys/answers/answer.server.ts";
import { PLATFORM } from "../sync/connection.ts";
import type { Source } from "../sync/source.ts";
import { applyTaken } from "../sync/reading/taken-rows.server.ts";
import { redactedRows } from "../sync/reading/redacted-rows.server.ts";
import type { Outcome, TakenRow } from "../sync/inbox/turn.server.ts";
import { beginEvents, enqueueEvents } from "./plugin-events.server.ts";
import { hasReaction } from "./reactions.server.ts";

/** Returns what the shop's plugins contribute. In the app this is `registryFor`. */
export type RegistryOf = (shop: Shop, tx?: Tx) => Promise<Registry>;

export type ApplyOptions = { registryOf?: RegistryOf; sources?: readonly Source[] };

/** Applies inbox rows and all that follows from them, in one transaction. `shop` null: the shop is uninstalled. */
export async function applyBatch(
  shopId: string,
  shop: Shop | null,
  tx: Tx,
  rows: readonly TakenRow[],
  { registryOf = registryFor, sources }: ApplyOptions = {},
): Promise<Outcome> {
  const registry = shop && (await registryOf(shop, tx));
  if (shop && registry) await beginEvents(shop, registry, tx);
  const { outcome, changes, data } = await applyTaken(shopId, shop, tx, rows, sources);
  if (shop && registry) await followChanges(shop, tx, changes, registry);
  const reacting = data.filter(({ seq, topic, connection }) => {
    const settled = outcome.poison.has(seq) || outcome.refused.has(seq);
    // Only the platform's topics have reactions: another source may have a topic of the same name.
    return !settled && connection === PLATFORM && hasReaction(topic, registry);
  });
  const redacted = shop ? await redactedRows(shop, tx, reacting, sources) : new Set();
  for (const { seq } of reacting) if (!redacted.has(seq)) outcome.handling.add(seq);
  if (shop && registry) await enqueueEvents(shop, registry, tx);
  return outcome;
}

/** Updates memberships after changes to customers' facts, and marks the publications that become dirty. */
export async function followChanges(shop: Shop, tx: Tx, changes: Changes, registry?: Registry): Promise<void> {
  await bindResponses(shop, tx, changes);
  for (const customer of await joinVisitors(shop, tx, { customers: [...changes.keys()] }))
    addChange(changes, customer, "activity", "offer seen");
  // An order without a customer has domain events, too, but changes no customer. The job begins after the commit.
  if (hasNews(tx)) await enqueue("offers.redeemed", { shop: shop.id }, tx);
  if (changes.size === 0) return;
  await settleMoves(shop)(tx, await refreshMembership(shop, tx, changes, registry ?? (await registryFor(shop, tx))));
}

/** What follows from moves between segments: publications become dirty, and domain events are emitted. */
export const settleMoves =
  (shop: Shop): Settle =>
  async (tx, moves) => {
    await markPublications(shop, tx, moves);
    emit(shop, tx, newsOf(moves));
  };
