// How bodies lie in the inbox: those of one shop that came together are laid end to end and compressed as one, because
// one order is much like the next: 8 kB become 300 bytes. A body that came alone lies in its row.
import { randomUUID } from "node:crypto";
import { constants, zstdCompressSync } from "node:zlib";

export type Arrival = {
  shop: string;
  /** Of sources/: who sent it. */
  source: string;
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

/** Rows of the three tables that a batch becomes, each a list of its columns' values. */
export type Batch = { packs: unknown[][]; marks: unknown[][]; rows: unknown[][] };

export function pack(arrivals: readonly Arrival[]): Batch {
  const byShop = Map.groupBy(arrivals, ({ shop }) => shop);
  const batch: Batch = { packs: [], marks: [...byShop.keys()].map((shop) => [shop]), rows: [] };
  for (const [shop, ofShop] of byShop) {
    for (const group of portions(ofShop)) {
      if (group.length < COMPANY) {
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

const headOf = ({ shop, source, topic, key, webhookId, triggeredAt }: Arrival) => [
  shop,
  source,
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
