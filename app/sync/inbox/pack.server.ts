// Reads and erases the bodies of inbox rows, which are stored in packs or in the rows.
import { promisify } from "node:util";
import { zstdCompress, zstdDecompress } from "node:zlib";
import { sql, type Tx } from "../../db.server.ts";
import { column } from "../../columns.ts";
import { PACKING } from "./pack.ts";

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Where a row's body is stored. `body` is null for a body in a pack, and for a large body, which is read later for taken rows only. */
export type Packed = {
  seq: string;
  pack: string | null;
  start: number | null;
  length: number | null;
  bytesStored: number;
  body: Buffer | null;
};

const LARGE = 16_384;

export const packedColumns = sql`pack, start, length, coalesce(length, octet_length(body), 0) as "bytesStored",
  case when octet_length(body) <= ${LARGE} then body end as body`;

/** The first rows whose bodies have at most `maxBytes` together, and at least one row. */
export function withinBytes<Row extends Packed>(rows: readonly Row[], maxBytes: number): Row[] {
  let bytes = 0;
  const end = rows.findIndex(({ bytesStored }, at) => (bytes += bytesStored) > maxBytes && at > 0);
  return end < 0 ? [...rows] : rows.slice(0, end);
}

/** The bodies of these rows, in their order. */
export async function readBodies(shopId: string, tx: Tx, rows: readonly Packed[]): Promise<Buffer[]> {
  const ids = [...new Set(rows.flatMap(({ pack }) => pack ?? []))];
  const packs = ids.length > 0 ? await readPacks(shopId, tx, ids) : [];
  const opened = new Map(
    await Promise.all(packs.map(async ({ id, packed }) => [id, await decompress(packed)] as const)),
  );
  const large = rows.filter(({ pack, body, bytesStored }) => pack === null && body === null && bytesStored > 0);
  const bodies =
    large.length > 0
      ? await readLarge(
          shopId,
          tx,
          column(large, ({ seq }) => seq),
        )
      : new Map<string, Buffer>();
  return rows.map(({ seq, pack, start, length, body }) => {
    const from =
      pack === null ? (body ?? bodies.get(seq)) : opened.get(pack)?.subarray(start ?? 0, (start ?? 0) + (length ?? 0));
    return from ?? Buffer.alloc(0);
  });
}

async function readLarge(shopId: string, tx: Tx, seqs: unknown): Promise<Map<string, Buffer>> {
  const rows = await tx.rows<{ seq: string; body: Buffer }>(
    sql`select seq::text, body from inbox where shop_id = ${shopId} and inbox.seq = any(${seqs}::bigint[])`,
  );
  return new Map(rows.map(({ seq, body }) => [seq, body]));
}

const readPacks = (shopId: string, tx: Tx, ids: string[]) =>
  tx.rows<{ id: string; packed: Buffer }>(
    sql`select id, packed from inbox_pack where shop_id = ${shopId} and id = any(${ids}::text[])`,
  );

const PACKS_AT_ONCE = 50;

/**
 * For redaction: erases the webhooks in packs whose body mentions the person, both the rows and the bytes in the packs. Bytes
 * of a pack that belong to no row (of a duplicate webhook) are erased too. `rows`: the erased rows. `last`: the last pack
 * read, from which the next call continues; null at the end.
 */
export async function erasePacked(
  shopId: string,
  tx: Tx,
  mentions: (text: string, state: string) => boolean,
  after: string,
): Promise<{ rows: number; last: string | null }> {
  const packs = await tx.rows<{ id: string; packed: Buffer }>(sql`
    select id, packed from inbox_pack where shop_id = ${shopId} and id > ${after} order by id limit ${PACKS_AT_ONCE}`);
  let erased = 0;
  for (const { id, packed } of packs) {
    const bytes = await decompress(packed);
    if (!mentions(bytes.toString("utf8"), "applied")) continue;
    const rows = await tx.rows<{ seq: string; state: string; start: number; length: number }>(
      sql`select seq::text, state, start, length from inbox where shop_id = ${shopId} and pack = ${id}`,
    );
    const bodyOf = ({ start, length }: { start: number; length: number }) => bytes.subarray(start, start + length);
    const kept = rows.filter((row) => !mentions(bodyOf(row).toString("utf8"), row.state));
    const clean = Buffer.alloc(bytes.length);
    for (const row of kept) bodyOf(row).copy(clean, row.start);
    const gone = rows.filter((row) => !kept.includes(row)).map(({ seq }) => seq);
    await tx.run(sql`
      update inbox_pack set packed = ${await compress(clean, PACKING)} where shop_id = ${shopId} and id = ${id}`);
    erased += await tx.run(sql`delete from inbox where shop_id = ${shopId} and seq = any(${gone}::bigint[])`);
  }
  return { rows: erased, last: packs.length < PACKS_AT_ONCE ? null : (packs.at(-1)?.id ?? null) };
}
