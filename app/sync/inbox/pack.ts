// How bodies are stored in the inbox. The bodies of one shop in a batch are concatenated and compressed as one pack, since
// orders resemble each other: 8 kB become 300 bytes. Fewer than MIN_PACK bodies are stored in their rows.
import { randomUUID } from "node:crypto";
import { constants, zstdCompressSync } from "node:zlib";

export type Arrival = {
  shop: string;
  /** The name of a source in sources/. */
  source: string;
  /** The source's connection in this shop: a name without a colon. */
  connection: string;
  topic: string;
  key: string;
  webhookId: string | null;
  /** ISO 8601, checked. */
  triggeredAt: string | null;
  body: Buffer;
};

export const PACKING = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
/** Fewer bodies than this gain nothing from a pack. */
const MIN_PACK = 3;
/** A pack is decompressed whole for any of its bodies, so a pack has no more bytes than a batch takes. */
const PACK_BYTES = 4 * 1024 * 1024;

/** A batch's rows in the three tables. A row is the list of its columns' values. */
export type Batch = { packs: unknown[][]; marks: unknown[][]; rows: unknown[][] };

export function pack(arrivals: readonly Arrival[]): Batch {
  const byShop = Map.groupBy(arrivals.toSorted(byKey), ({ shop }) => shop);
  const batch: Batch = { packs: [], marks: [...byShop.keys()].map((shop) => [shop]), rows: [] };
  for (const [shop, ofShop] of byShop) {
    for (const group of portions(ofShop)) {
      if (group.length < MIN_PACK) {
        batch.rows.push(...group.map((arrival) => [...headOf(arrival), null, null, null, arrival.body]));
        continue;
      }
      const id = randomUUID();
      const bytes = Buffer.concat(group.map(({ body }) => body));
      batch.packs.push([shop, id, zstdCompressSync(bytes, PACKING)]);
      let start = 0;
      for (const arrival of group) {
        batch.rows.push([...headOf(arrival), id, start, arrival.body.length, null]);
        start += arrival.body.length;
      }
    }
  }
  return batch;
}

/**
 * A batch waits for an equal webhook of another batch that is not yet committed. All batches insert in this order, of the
 * table's unique key, so that no two batches wait for each other.
 */
function byKey(one: Arrival, other: Arrival): number {
  for (const part of ["shop", "source", "connection", "topic", "key"] as const)
    if (one[part] !== other[part]) return one[part] < other[part] ? -1 : 1;
  return 0;
}

const headOf = ({ shop, source, connection, topic, key, webhookId, triggeredAt }: Arrival) => [
  shop,
  source,
  connection,
  topic,
  key,
  webhookId,
  triggeredAt,
];

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
