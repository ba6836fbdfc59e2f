// The one place where a change in one domain reaches another: webhooks → profile → surveys → segments → offers.
import { addChanges, type Changes } from "../customers/change.ts";
import type { Tx } from "../db.server.ts";
import { markPublications } from "../offers/publishing/publication.server.ts";
import { emit } from "../outbox.server.ts";
import { registryFor } from "../plugins/installed.server.ts";
import type { Registry } from "../plugins/registry.server.ts";
import { newsOf } from "../segments/memberships/news.server.ts";
import { refreshMembership, type Settle } from "../segments/memberships/membership.server.ts";
import type { Shop } from "../shop.server.ts";
import { bindResponses } from "../surveys/answers/answer.server.ts";
import { noteRefused, unlessRefused } from "../sync/refusal.server.ts";
import { applyRows } from "../sync/rows.server.ts";
import { sourceNamed } from "../sync/sources/sources.server.ts";
import { fileRequest } from "../sync/compliance/compliance.server.ts";
import type { Outcome, TakenRow } from "../sync/inbox/turn.server.ts";
import { leaveEvents } from "./plugin-events.server.ts";
import { hasReaction } from "./reactions.server.ts";

/** What plugins add in a shop; in the app that of those that are installed. */
export type RegistryOf = (shop: Shop, tx?: Tx) => Promise<Registry>;

/** In one transaction: what the rows say, and what follows from it. `shop` is null when it has left. */
export async function applyBatch(
  shopId: string,
  shop: Shop | null,
  tx: Tx,
  rows: readonly TakenRow[],
  registryOf: RegistryOf = registryFor,
): Promise<Outcome> {
  const outcome: Outcome = { poison: new Map(), noted: new Map(), refused: new Set(), handling: new Set() };
  const requests = rows.filter(isRequest);
  for (const row of requests) await file(shopId, tx, row, outcome);
  const others = rows.filter((row) => !isRequest(row));
  if (shop) {
    const changes: Changes = new Map();
    for (const [source, ofSource] of Map.groupBy(others, (row) => row.source)) {
      addChanges(changes, await applySource(shop, tx, { source, rows: ofSource }, outcome));
    }
    await followChanges(shop, tx, changes, registryOf);
  }
  const registry = shop && (await registryOf(shop, tx));
  for (const { seq, topic } of others) {
    const settled = outcome.poison.has(seq) || outcome.refused.has(seq);
    if (!settled && hasReaction(topic, registry)) outcome.handling.add(seq);
  }
  if (shop && registry) await leaveEvents(shop, registry, tx);
  return outcome;
}

type OfSource = { source: string; rows: readonly TakenRow[] };

async function applySource(shop: Shop, tx: Tx, { source, rows }: OfSource, outcome: Outcome): Promise<Changes> {
  const reader = sourceNamed(source);
  if (!reader) {
    const fault = { key: "sync.poison.reason.source", parameters: { source } };
    for (const { seq } of rows) outcome.poison.set(seq, fault);
    return new Map();
  }
  const { changes, poison, noted, refused } = await applyRows(shop, tx, rows, { reader, isHistory: false });
  for (const [seq, fault] of poison) outcome.poison.set(seq, fault);
  for (const [seq, fields] of noted) outcome.noted.set(seq, fields);
  for (const seq of refused) outcome.refused.add(seq);
  return changes;
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

const isRequest = ({ source, topic }: TakenRow) => Boolean(sourceNamed(source)?.requests.kindOf(topic));

async function file(shopId: string, tx: Tx, row: TakenRow, outcome: Outcome): Promise<void> {
  const { seq, source, topic, key, receivedAt, bytes } = row;
  const reader = sourceNamed(source);
  if (!reader) return;
  const arrival = { topic, key, receivedAt, body: bytes };
  const tried = await unlessRefused(tx, () => fileRequest(shopId, tx, reader, arrival));
  if ("refused" in tried) noteRefused(row, outcome);
  else if (!tried.value.ok)
    outcome.poison.set(seq, { key: `sync.poison.reason.${tried.value.reason}`, parameters: {} });
}
