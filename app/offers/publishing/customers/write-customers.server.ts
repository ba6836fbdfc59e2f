// Writes the metafields of the marked customers, only where the keys changed, 25 in a call. Safe to interrupt.
import type { AdminApi } from "../../../shopify/admin-api.server.ts";
import type { Shop } from "../../../shop.server.ts";
import { BATCH, writeCustomerKeys } from "./metafields.server.ts";
import {
  inheritPublications,
  markUsedOnce,
  nextDirty,
  offeredSegments,
  settle,
  type Dirty,
} from "./publication.server.ts";

/** The most calls in one run, so that discounts and the catalogue are published in time. */
const CALLS_A_RUN = 80;
/** The most customers that one run writes. */
export const MOST_A_RUN = CALLS_A_RUN * BATCH;
/** Rows that are read at a time. After an offer's end, most of them turn out to be unchanged. */
const LOOK = 4 * BATCH;

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((key) => b.includes(key));

/** Returns true if more customers are to be written than one run writes. */
export async function writeCustomers(shop: Shop, admin: AdminApi): Promise<boolean> {
  await shop.db.tx((tx) => markUsedOnce(shop, tx));
  for (let calls = 0; calls < CALLS_A_RUN;) {
    const rows = await shop.db.tx(async (tx) => {
      await inheritPublications(shop, tx);
      return nextDirty(shop, tx, await offeredSegments(shop, tx), LOOK);
    });
    if (rows.length === 0) return false;
    const changed = rows.filter(({ published, desired }) => !same(published, desired));
    const unchanged = rows.filter((row) => !changed.includes(row));
    if (unchanged.length) await settleRows(shop, unchanged, new Map());
    for (let at = 0; at < changed.length; at += BATCH, calls += 1)
      await writeBatch(shop, admin, changed.slice(at, at + BATCH));
  }
  return true;
}

const gidOf = (id: string): string => `gid://shopify/Customer/${id}`;

async function writeBatch(shop: Shop, admin: AdminApi, rows: Dirty[]): Promise<void> {
  const known = rows.flatMap(({ platformId, desired }) =>
    platformId && /^\d+$/.test(platformId) ? [{ customerGid: gidOf(platformId), keys: desired }] : [],
  );
  const refused = known.length ? await writeCustomerKeys(admin, known) : [];
  await settleRows(shop, rows, new Map(refused.map(({ customerGid, message }) => [customerGid, message])));
}

const settleRows = (shop: Shop, rows: Dirty[], refused: Map<string, string>): Promise<void> =>
  shop.db.tx((tx) =>
    settle(
      shop,
      tx,
      rows.map((row) => ({ ...row, fault: (row.platformId && refused.get(gidOf(row.platformId))) ?? null })),
    ),
  );
