// How bodies lie in the inbox: those of one shop that came together are laid end to end and compressed as one, because
// one order is much like the next: 8 kB become 300 bytes. A body that came alone lies in its row.
import { randomUUID } from "node:crypto";
import { constants, zstdCompressSync } from "node:zlib";
import { column } from "../../columns.ts";

export type Arrival = {
  shop: string;
  topic: string;
  key: string;
  webhookId: string | null;
  /** ISO 8601, checked. */
  triggeredAt: string | null;
  body: Buffer;
};

export const PACKING = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
/** Fewer gain nothing. */
const COMPANY = 3;
/** A pack is opened whole for any of its bodies, so it holds no more than a turn takes. */
const PACK_BYTES = 4 * 1024 * 1024;

/** Parameters of the statement that stores a batch: packs, shops, rows. */
export function pack(arrivals: readonly Arrival[]): unknown[] {
  const byShop = Map.groupBy(arrivals, ({ shop }) => shop);
  const groups = [...byShop].flatMap(([shop, group]) => portions(group).map((each) => [shop, each] as const));
  const together = groups.filter(([, group]) => group.length >= COMPANY);
  const alone = groups.flatMap(([, group]) => (group.length < COMPANY ? group : []));
  const packs = together.map(([shop, group]) => {
    const { bytes, starts } = layOut(group);
    return { shop, id: randomUUID(), group, starts, packed: zstdCompressSync(bytes, PACKING) };
  });
  const loose = layOut(alone);
  const rows = [
    ...packs.flatMap(({ id, group, starts }) =>
      group.map((arrival, at) => ({ arrival, pack: id, start: starts[at] ?? 0 })),
    ),
    ...alone.map((arrival, at) => ({ arrival, pack: null, start: loose.starts[at] ?? 0 })),
  ];
  return [
    ...packColumns(packs),
    column([...byShop.keys()], (shop) => shop),
    loose.bytes,
    column(rows, ({ arrival }) => arrival.shop),
    column(rows, ({ arrival }) => arrival.topic),
    column(rows, ({ arrival }) => arrival.key),
    column(rows, ({ arrival }) => arrival.webhookId),
    column(rows, ({ arrival }) => arrival.triggeredAt),
    column(rows, (row) => row.pack),
    column(rows, ({ start }) => start),
    column(rows, ({ arrival }) => arrival.body.length),
  ];
}

function portions(arrivals: Arrival[]): Arrival[][] {
  const portions: Arrival[][] = [];
  let room = 0;
  for (const arrival of arrivals) {
    room -= arrival.body.length;
    if (room < 0 || portions.length === 0) {
      portions.push([]);
      room = PACK_BYTES - arrival.body.length;
    }
    portions.at(-1)?.push(arrival);
  }
  return portions;
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
    column(packs, ({ shop }) => shop),
    column(packs, ({ id }) => id),
    column(starts, (start) => start),
    column(packs, ({ packed }) => packed.length),
  ];
}
