// The one place where a change in one domain reaches another: webhooks → profile → surveys → segments → offers.
import type { Changes } from "../customers/change.ts";
import type { Tx } from "../db.server.ts";
import { markPublications } from "../offers/publishing/publication.server.ts";
import { emit } from "../outbox.server.ts";
import { registryFor } from "../plugins/installed.server.ts";
import type { Registry } from "../plugins/registry.server.ts";
import { newsOf } from "../segments/memberships/news.server.ts";
import { refreshMembership, type Settle } from "../segments/memberships/membership.server.ts";
import type { Shop } from "../shop.server.ts";
import { bindResponses } from "../surveys/answers/answer.server.ts";
import { PLATFORM } from "../sync/connection.ts";
import type { Source } from "../sync/source.ts";
import { applyTaken } from "../sync/taken-rows.server.ts";
import type { Outcome, TakenRow } from "../sync/inbox/turn.server.ts";
import { leaveEvents } from "./plugin-events.server.ts";
import { hasReaction } from "./reactions.server.ts";

/** What plugins add in a shop; in the app that of those that are installed. */
export type RegistryOf = (shop: Shop, tx?: Tx) => Promise<Registry>;

export type ApplyOptions = { registryOf?: RegistryOf; sources?: readonly Source[] };

/** In one transaction: what the rows say, and what follows from it. `shop` is null when it has left. */
export async function applyBatch(
  shopId: string,
  shop: Shop | null,
  tx: Tx,
  rows: readonly TakenRow[],
  { registryOf = registryFor, sources }: ApplyOptions = {},
): Promise<Outcome> {
  const { outcome, changes, told } = await applyTaken(shopId, shop, tx, rows, sources);
  if (shop) await followChanges(shop, tx, changes, registryOf);
  const registry = shop && (await registryOf(shop, tx));
  for (const { seq, topic, connection } of told) {
    const settled = outcome.poison.has(seq) || outcome.refused.has(seq);
    // The app and its plugins listen to the platform's own topics: another source may call one alike.
    if (!settled && connection === PLATFORM && hasReaction(topic, registry)) outcome.handling.add(seq);
  }
  if (shop && registry) await leaveEvents(shop, registry, tx);
  return outcome;
}

/** From whose facts changed to who is in which segment and what is published. */
export async function followChanges(
  shop: Shop,
  tx: Tx,
  changes: Changes,
  registryOf: RegistryOf = registryFor,
): Promise<void> {
  await bindResponses(shop, tx, changes);
  if (changes.size === 0) return;
  await settleMoves(shop)(tx, await refreshMembership(shop, tx, changes, await registryOf(shop, tx)));
}

/** What a move between segments leads to, wherever it comes from. */
export const settleMoves =
  (shop: Shop): Settle =>
  async (tx, moves) => {
    await markPublications(shop, tx, moves);
    await emit(shop, tx, newsOf(moves));
  };
