// A batch of the inbox: parsed, read and applied in the caller's transaction. What cannot be read is held up by itself.
import { setImmediate } from "node:timers/promises";
import type { Changes } from "../../customers/change.ts";
import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { parseLossless } from "../lossless.ts";
import { applyEntities } from "./apply.server.ts";
import { noEntities, type Entities } from "./entities.ts";
import { Unreadable, type Json } from "./reading/fields.ts";
import { bodyOf, contradicts, readTopic } from "./reading/topics.ts";

export type InboxRow = {
  seq: string;
  topic: string;
  key: string;
  triggeredAt: Date | null;
  receivedAt: Date;
  attempts: number;
  bytes: Buffer;
};

/** For the merchant's sync page: a key of the locale files and its parameters. */
export type Fault = { key: string; parameters: Record<string, string> };

export type AppliedRows = {
  changes: Changes;
  /** By seq. */
  poison: Map<string, Fault>;
  /** Seqs of rows that a statement refused, and that may be tried again. */
  refused: Set<string>;
};

type Read = { row: InboxRow; entities: Entities };

const POISON = "sync.poison.reason";
const TRIES = 5;
const ROWS_AT_ONCE = 250;
const READ_AT_ONCE = 10;

export async function applyRows(shop: Shop, tx: Tx, rows: readonly InboxRow[]): Promise<AppliedRows> {
  const applied: AppliedRows = { changes: new Map(), poison: new Map(), refused: new Set() };
  const [known] = await tx.rows<{ platformId: string | null }>(
    sql`select platform_id as "platformId" from shop where id = ${shop.id}`,
  );
  const identity = { id: shop.id, platformId: known?.platformId ?? null };
  const groups = slices(rows, ROWS_AT_ONCE);
  const readGroup = async (group: readonly InboxRow[]): Promise<Read[]> => {
    const reads: Read[] = [];
    for (const [at, row] of group.entries()) {
      // Lets the answers of the database in, so that it has the next statement while this goes on.
      if (at % READ_AT_ONCE === READ_AT_ONCE - 1) await setImmediate();
      const read = readRow(shop, identity, row);
      if ("fault" in read) applied.poison.set(row.seq, read.fault);
      else reads.push({ row, entities: read.entities });
    }
    return reads;
  };
  let reads = await readGroup(groups[0] ?? []);
  for (const at of groups.keys()) {
    // The database works on one group while the next is read.
    const [next] = await Promise.all([readGroup(groups[at + 1] ?? []), applyReads(shop, tx, reads, applied)]);
    reads = next;
  }
  return applied;
}

function slices<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));
}

type Identity = { id: string; platformId: string | null };

function readRow(shop: Shop, identity: Identity, row: InboxRow): { entities: Entities } | { fault: Fault } {
  let body: Json;
  try {
    body = parseBody(row.bytes);
  } catch {
    return { fault: { key: `${POISON}.malformed`, parameters: {} } };
  }
  if (contradicts(identity, row.topic, body)) return { fault: { key: `${POISON}.contradicts_shop`, parameters: {} } };
  const entities = noEntities();
  const seenAt = (row.triggeredAt ?? row.receivedAt).toISOString();
  try {
    readTopic(row.topic, { body, seenAt, currency: shop.currency }, entities);
    return { entities };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { fault: { key: `${POISON}.unreadable`, parameters: { field: error.field } } };
  }
}

const BOM = "\uFEFF";

/** Throws where the bytes are no JSON object. */
export function parseBody(bytes: Buffer): Json {
  const text = bytes.toString("utf8");
  return bodyOf(parseLossless(text.startsWith(BOM) ? text.slice(1) : text));
}

/** All at once; where a statement refuses, each half by itself, until what it refuses stands alone. */
async function applyReads(shop: Shop, tx: Tx, reads: Read[], applied: AppliedRows): Promise<void> {
  if (reads.length === 0) return;
  await tx.run(sql`savepoint apply_rows`);
  try {
    merge(applied.changes, await applyEntities(shop, tx, gather(reads)));
    await tx.run(sql`release savepoint apply_rows`);
    return;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await tx.run(sql`rollback to savepoint apply_rows`);
    shop.log.warn({ err: error, rows: reads.length }, "a batch was refused");
  }
  const [first, ...others] = reads;
  if (first && others.length === 0) {
    const { seq, attempts } = first.row;
    if (attempts + 1 < TRIES) applied.refused.add(seq);
    else applied.poison.set(seq, { key: `${POISON}.failed`, parameters: {} });
    return;
  }
  const middle = Math.ceil(reads.length / 2);
  await applyReads(shop, tx, reads.slice(0, middle), applied);
  await applyReads(shop, tx, reads.slice(middle), applied);
}

/** Data exceptions, broken constraints and limits are about the rows; all else is about the server, and passes. */
const isRefusal = (error: unknown) => /^(22|23|54)/.test((error as { code?: string }).code ?? "");

function gather(reads: Read[]): Entities {
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

function merge(into: Changes, from: Changes): void {
  for (const [id, { reads, cause }] of from) {
    const known = into.get(id);
    if (known) for (const each of reads) known.reads.add(each);
    into.set(id, { reads: known?.reads ?? reads, cause });
  }
}
