// How bodies lie in the inbox: those of one shop that came together are laid end to end and compressed as one, because
// one order is much like the next: 8 kB become 300 bytes. A body that came alone lies in its row.
import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { constants, zstdCompress, zstdCompressSync, zstdDecompress } from "node:zlib";
import { sql, type Tx } from "../db.server.ts";

export type Arrival = {
  shop: string;
  topic: string;
  key: string;
  webhookId: string | null;
  /** ISO 8601, checked. */
  triggeredAt: string | null;
  body: Buffer;
};

const COMPANY = 3;
const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
/** So few bytes are done sooner than another thread is woken. */
const BRIEF = 1024 * 1024;

/** Parameters of the statement that stores a batch: packs, shops, rows. */
export async function pack(arrivals: Arrival[]): Promise<unknown[]> {
  const byShop = Map.groupBy(arrivals, ({ shop }) => shop);
  const together = [...byShop].filter(([, group]) => group.length >= COMPANY);
  const alone = [...byShop].flatMap(([, group]) => (group.length < COMPANY ? group : []));
  const packs = await Promise.all(
    together.map(async ([shop, group]) => {
      const { bytes, starts } = layOut(group);
      const packed = bytes.length < BRIEF ? zstdCompressSync(bytes, LEVEL) : await compress(bytes, LEVEL);
      return { shop, id: randomUUID(), group, starts, packed };
    }),
  );
  const loose = layOut(alone);
  const rows = [
    ...packs.flatMap(({ id, group, starts }) =>
      group.map((arrival, at) => ({ arrival, pack: id, start: starts[at] ?? 0 })),
    ),
    ...alone.map((arrival, at) => ({ arrival, pack: null, start: loose.starts[at] ?? 0 })),
  ];
  return [
    ...packColumns(packs),
    [...byShop.keys()],
    loose.bytes,
    rows.map(({ arrival }) => arrival.shop),
    rows.map(({ arrival }) => arrival.topic),
    rows.map(({ arrival }) => arrival.key),
    rows.map(({ arrival }) => arrival.webhookId),
    rows.map(({ arrival }) => arrival.triggeredAt),
    rows.map(({ pack }) => pack),
    rows.map(({ start }) => start),
    rows.map(({ arrival }) => arrival.body.length),
  ];
}

function layOut(arrivals: Arrival[]): { bytes: Buffer; starts: number[] } {
  let next = 0;
  const starts = arrivals.map(({ body }) => {
    const start = next;
    next += body.length;
    return start;
  });
  return { bytes: Buffer.concat(arrivals.map(({ body }) => body)), starts };
}

function packColumns(packs: { shop: string; id: string; packed: Buffer }[]): unknown[] {
  let next = 1;
  const starts = packs.map(({ packed }) => {
    const start = next;
    next += packed.length;
    return start;
  });
  return [
    Buffer.concat(packs.map(({ packed }) => packed)),
    packs.map(({ shop }) => shop),
    packs.map(({ id }) => id),
    starts,
    packs.map(({ packed }) => packed.length),
  ];
}

/** A row of the inbox as far as its body goes. */
export type Packed = { pack: string | null; start: number | null; length: number | null; body: Buffer | null };

/** The bodies of these rows, in their order. */
export async function readBodies(shopId: string, tx: Tx, rows: readonly Packed[]): Promise<Buffer[]> {
  const ids = [...new Set(rows.flatMap(({ pack }) => pack ?? []))];
  const packs = ids.length > 0 ? await readPacks(shopId, tx, ids) : [];
  const opened = new Map(
    await Promise.all(packs.map(async ({ id, packed }) => [id, await decompress(packed)] as const)),
  );
  return rows.map(({ pack, start, length, body }) => {
    const from = pack === null ? body : opened.get(pack)?.subarray(start ?? 0, (start ?? 0) + (length ?? 0));
    return from ?? Buffer.alloc(0);
  });
}

const readPacks = (shopId: string, tx: Tx, ids: string[]) =>
  tx.rows<{ id: string; packed: Buffer }>(
    sql`select id, packed from inbox_pack where shop_id = ${shopId} and id = any(${ids}::text[])`,
  );

const PACKS_AT_ONCE = 50;

/**
 * Erases webhooks of packs whose body `speaks` of somebody, row and bytes; for redaction. What lies in a pack and is no
 * row's (a webhook that came twice) goes with them. Rows erased, and where to go on: null at the end.
 */
export async function erasePacked(
  shopId: string,
  tx: Tx,
  speaks: (text: string) => boolean,
  after: string,
): Promise<{ rows: number; last: string | null }> {
  const packs = await tx.rows<{ id: string; packed: Buffer }>(sql`
    select id, packed from inbox_pack where shop_id = ${shopId} and id > ${after} order by id limit ${PACKS_AT_ONCE}`);
  let erased = 0;
  for (const { id, packed } of packs) {
    const bytes = await decompress(packed);
    if (!speaks(bytes.toString("utf8"))) continue;
    const rows = await tx.rows<{ seq: string; start: number; length: number }>(
      sql`select seq::text, start, length from inbox where shop_id = ${shopId} and pack = ${id}`,
    );
    const bodyOf = ({ start, length }: { start: number; length: number }) => bytes.subarray(start, start + length);
    const kept = rows.filter((row) => !speaks(bodyOf(row).toString("utf8")));
    const clean = Buffer.alloc(bytes.length);
    for (const row of kept) bodyOf(row).copy(clean, row.start);
    const gone = rows.filter((row) => !kept.includes(row)).map(({ seq }) => seq);
    await tx.run(sql`
      update inbox_pack set packed = ${await compress(clean, LEVEL)} where shop_id = ${shopId} and id = ${id}`);
    erased += await tx.run(sql`delete from inbox where shop_id = ${shopId} and seq = any(${gone}::bigint[])`);
  }
  return { rows: erased, last: packs.length < PACKS_AT_ONCE ? null : (packs.at(-1)?.id ?? null) };
}
