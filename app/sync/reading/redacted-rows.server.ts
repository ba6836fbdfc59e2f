// Finds the inbox rows that name a redacted person. Of these rows customers/facts stores less than they say, and plugins hear nothing.
import { setImmediate } from "node:timers/promises";
import { isAnyoneRedacted, withoutRedacted } from "../../customers/facts/redaction/tombstones.server.ts";
import type { Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { TakenRow } from "../inbox/turn.server.ts";
import type { Source } from "../source.ts";
import { SOURCES } from "../sources/sources.server.ts";
import { gather, parseBody, readJson } from "./rows.server.ts";

/** Rows that are read before other work of the process goes on. */
const AT_ONCE = 10;

/** Returns the seqs. `rows`: rows that were applied in this transaction. */
export async function redactedRows(
  shop: Shop,
  tx: Tx,
  rows: readonly TakenRow[],
  sources: readonly Source[] = SOURCES,
): Promise<Set<string>> {
  if (rows.length === 0 || !(await isAnyoneRedacted(shop, tx))) return new Set();
  const reads = [];
  for (const [at, row] of rows.entries()) {
    if (at % AT_ONCE === AT_ONCE - 1) await setImmediate();
    const reader = sources.find(({ name }) => name === row.source);
    if (!reader) continue;
    const { entities } = readJson(shop, { reader, connection: row.connection }, row, parseBody(row.bytes));
    reads.push({ seq: row.seq, entities });
  }
  const { kept } = await withoutRedacted(shop, tx, gather(reads));
  const stored = new Set<unknown>(Object.values(kept).flat());
  const named = reads.filter(({ entities }) =>
    Object.values(entities)
      .flat()
      .some((entity) => !stored.has(entity)),
  );
  return new Set(named.map(({ seq }) => seq));
}
