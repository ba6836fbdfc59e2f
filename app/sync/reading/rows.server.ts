// Parses, reads and applies a batch of the inbox in the caller's transaction. A row that cannot be read is held up alone.
import { setImmediate } from "node:timers/promises";
import { addChanges, type Changes } from "../../customers/change.ts";
import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { parseLossless } from "./lossless.ts";
import type { Fault } from "./held-up.ts";
import { applyFacts } from "../../customers/facts/apply.server.ts";
import { noEntities, type Entities } from "../../customers/facts/entities.ts";
import { bodyOf, objectFrom, Unreadable, type Json } from "./body.ts";
import { fileMergedPeople } from "../compliance/compliance.server.ts";
import { entitiesOf } from "../connection.ts";
import type { Identity, Reader } from "../source.ts";
import { noteRefused, unlessRefused } from "./refusal.server.ts";
import type { Instant } from "../../instant.ts";

export type InboxRow = {
  seq: string;
  topic: string;
  key: string;
  triggeredAt: Instant | null;
  receivedAt: Instant;
  attempts: number;
  bytes: Buffer;
};

/** A row of the history or of a comparison is already parsed. */
export type Row = InboxRow | (Omit<InboxRow, "bytes"> & { json: Json });

export type AppliedRows = {
  changes: Changes;
  /** Why a row is held up, by seq. */
  poison: Map<string, Fault>;
  /** The unreadable fields without which a row was applied, by seq. */
  noted: Map<string, string[]>;
  /** Seqs of rows that the database refused and that are to be tried again. */
  refused: Set<string>;
};

type Read = { row: Row; entities: Entities; noted: ReadonlySet<string> };

const POISON = "sync.poison.reason";
const ROWS_AT_ONCE = 250;
const READ_AT_ONCE = 10;
const BYTES_AT_ONCE = 256 * 1024;

/** All rows of a call come from one connection of one source. `isHistory`: see `Source` of customers/facts. */
type From = { reader: Reader; connection: string; isHistory: boolean };

export async function applyRows(shop: Shop, tx: Tx, rows: readonly Row[], from: From): Promise<AppliedRows> {
  const applied: AppliedRows = { changes: new Map(), poison: new Map(), noted: new Map(), refused: new Set() };
  const [known] = await tx.rows<{ platformId: string | null }>(
    sql`select platform_id as "platformId" from shop where id = ${shop.id}`,
  );
  const identity = { id: shop.id, platformId: known?.platformId ?? null };
  const around = { shop, tx, from };
  const groups = slices(rows, ROWS_AT_ONCE);
  const readGroup = async (group: readonly Row[]): Promise<Read[]> => {
    const reads: Read[] = [];
    let bytes = 0;
    for (const [at, row] of group.entries()) {
      // Yields to the event loop, so that the database gets its next statement and other shops' batches go on.
      bytes += "bytes" in row ? row.bytes.length : 0;
      if (at % READ_AT_ONCE === READ_AT_ONCE - 1 || bytes > BYTES_AT_ONCE) {
        await setImmediate();
        bytes = 0;
      }
      const read = readRow(shop, identity, from, row);
      if ("fault" in read) applied.poison.set(row.seq, read.fault);
      else reads.push({ row, ...read });
    }
    return reads;
  };
  let reads = await readGroup(groups[0] ?? []);
  for (const at of groups.keys()) {
    // The next group is read while the database applies this group.
    const [next] = await Promise.all([readGroup(groups[at + 1] ?? []), applyReads(around, reads, applied)]);
    reads = next;
  }
  return applied;
}

function slices<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));
}

type Around = { shop: Shop; tx: Tx; from: From };
function readRow(
  shop: Shop,
  identity: Identity,
  { reader, connection }: From,
  row: Row,
): Omit<Read, "row"> | { fault: Fault } {
  let json: Json;
  try {
    json = "json" in row ? row.json : parseBody(row.bytes);
  } catch {
    return { fault: { key: `${POISON}.malformed`, parameters: {} } };
  }
  if (reader.contradicts(identity, row.topic, json))
    return { fault: { key: `${POISON}.contradicts_shop`, parameters: {} } };
  try {
    return readJson(shop, { reader, connection }, row, json);
  } catch (error) {
    if (error instanceof Unreadable)
      return { fault: { key: `${POISON}.unreadable`, parameters: { field: error.field } } };
    // An error of a reader is a bug of the app. The error holds up one row, and the other rows are read.
    shop.log.error({ err: error, topic: row.topic }, "a row could not be read");
    return { fault: { key: `${POISON}.failed`, parameters: {} } };
  }
}

/** Throws Unreadable. */
export function readJson(
  shop: Shop,
  { reader, connection }: Omit<From, "isHistory">,
  { topic, triggeredAt, receivedAt }: Omit<InboxRow, "bytes">,
  json: Json,
): Omit<Read, "row"> {
  const entities = noEntities();
  const at = triggeredAt ?? receivedAt;
  const body = bodyOf(json, new Date(Math.max(at.getTime(), receivedAt.getTime())));
  reader.read(topic, { body, seenAt: at.toISOString(), currency: shop.currency }, entities);
  return { entities: entitiesOf(connection, entities), noted: body.notes.fields };
}

/** Throws where the bytes are not a JSON object. JSON has no byte order mark (RFC 8259, section 8.1): no door takes one. */
export const parseBody = (bytes: Buffer): Json => objectFrom(parseLossless(bytes.toString("utf8")));

/** Applies all rows at once. Where the database refuses a row, each half is applied alone, until the refused row is alone. */
async function applyReads(around: Around, reads: Read[], applied: AppliedRows): Promise<void> {
  const { shop, tx, from } = around;
  if (reads.length === 0) return;
  const tried = await unlessRefused(tx, async () => {
    const entities = gather(reads);
    await fileMergedPeople(shop, tx, entities.merges);
    return applyFacts(shop, tx, entities, { name: from.reader.name, history: from.isHistory });
  });
  if ("value" in tried) {
    addChanges(applied.changes, tried.value);
    for (const { row, noted } of reads) if (noted.size > 0) applied.noted.set(row.seq, [...noted]);
    return;
  }
  shop.log.warn({ err: tried.refused, rows: reads.length }, "a batch was refused");
  const [first, ...others] = reads;
  if (first && others.length === 0) return noteRefused(first.row, applied);
  const middle = Math.ceil(reads.length / 2);
  await applyReads(around, reads.slice(0, middle), applied);
  await applyReads(around, reads.slice(middle), applied);
}

export function gather(reads: readonly Pick<Read, "entities">[]): Entities {
  const all = noEntities();
  for (const { entities } of reads) {
    all.customers.push(...entities.customers);
    all.tags.push(...entities.tags);
    all.consents.push(...entities.consents);
    all.totals.push(...entities.totals);
    all.orders.push(...entities.orders);
    all.refunds.push(...entities.refunds);
    all.products.push(...entities.products);
    all.deletions.push(...entities.deletions);
    all.merges.push(...entities.merges);
    all.shops.push(...entities.shops);
  }
  return all;
}
