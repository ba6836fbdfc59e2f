// Processes a batch of inbox rows: files privacy requests, and applies the other rows by source and connection.
import { addChanges, type Changes } from "../../customers/change.ts";
import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { fileRequest } from "../compliance/compliance.server.ts";
import { PLATFORM } from "../connection.ts";
import type { Outcome, TakenRow } from "../inbox/turn.server.ts";
import { noteRefused, unlessRefused } from "./refusal.server.ts";
import { applyRows } from "./rows.server.ts";
import type { Source } from "../source.ts";
import { SOURCES } from "../sources/sources.server.ts";

/** `data`: the rows that are neither privacy requests nor held up for want of a connection. */
export type AppliedTaken = { outcome: Outcome; changes: Changes; data: TakenRow[] };

/** In the caller's transaction. `shop` is null where the shop uninstalled the app: then only privacy requests are processed. */
export async function applyTaken(
  shopId: string,
  shop: Shop | null,
  tx: Tx,
  rows: readonly TakenRow[],
  sources = SOURCES,
): Promise<AppliedTaken> {
  const outcome: Outcome = { poison: new Map(), noted: new Map(), refused: new Set(), handling: new Set() };
  const changes: Changes = new Map();
  const data: TakenRow[] = [];
  // Undefined for an unknown name: another version of the app may have stored the row.
  const sourceOf = (name: string) => sources.find((each) => each.name === name);
  const platform = await platformOf(shopId, tx);
  for (const row of rows) {
    const source = sourceOf(row.source);
    if (source && lacksConnection(row, platform)) outcome.poison.set(row.seq, held("connection", source.name));
    else if (source?.requests.kindOf(row.topic)) await file(shopId, tx, { row, source }, outcome);
    else data.push(row);
  }
  const bySender = Map.groupBy(shop ? data : [], ({ source, connection }) => `${source} ${connection}`);
  for (const ofOne of bySender.values()) {
    const { source = "", connection = "" } = ofOne[0] ?? {};
    const reader = sourceOf(source);
    if (shop && reader) addChanges(changes, await apply(shop, tx, ofOne, { reader, connection }, outcome));
    else for (const { seq } of ofOne) outcome.poison.set(seq, held("source", source));
  }
  return { outcome, changes, data };
}

/** The source whose ids are stored as they are. Null: the shop has no row. */
async function platformOf(shopId: string, tx: Tx): Promise<string | null> {
  const [shop] = await tx.rows<{ platform: string }>(sql`select platform from shop where id = ${shopId}`);
  return shop?.platform ?? null;
}

const lacksConnection = ({ source, connection }: TakenRow, platform: string | null): boolean =>
  platform !== null && source !== platform && connection === PLATFORM;

const held = (reason: "connection" | "source", source: string) => ({
  key: `sync.poison.reason.${reason}`,
  parameters: { source },
});

type From = { reader: Source; connection: string };

async function apply(shop: Shop, tx: Tx, rows: readonly TakenRow[], from: From, outcome: Outcome): Promise<Changes> {
  const all: Changes = new Map();
  for (const isHistory of [true, false]) {
    const some = rows.filter(({ topic }) => ofHistory(topic) === isHistory);
    if (some.length === 0) continue;
    const { changes, poison, noted, refused } = await applyRows(shop, tx, some, { ...from, isHistory });
    for (const [seq, fault] of poison) outcome.poison.set(seq, fault);
    for (const [seq, fields] of noted) outcome.noted.set(seq, fields);
    for (const seq of refused) outcome.refused.add(seq);
    addChanges(all, changes);
  }
  return all;
}

/** A row that the history could not read, and that is tried again: it is no news, so no plugin hears of it. */
const ofHistory = (topic: string): boolean => topic.startsWith("history:");

async function file(
  shopId: string,
  tx: Tx,
  { row, source }: { row: TakenRow; source: Source },
  outcome: Outcome,
): Promise<void> {
  const { seq, bytes } = row;
  const tried = await unlessRefused(tx, () => fileRequest(shopId, tx, source, { ...row, body: bytes }));
  if ("refused" in tried) noteRefused(row, outcome);
  else if (!tried.value.ok)
    outcome.poison.set(seq, { key: `sync.poison.reason.${tried.value.reason}`, parameters: {} });
}
