// The table tombstone_key: a shop's own keys for the hashes in its tombstones, encrypted with ENCRYPTION_KEY. After a change of
// ENCRYPTION_KEY the shop's keys are encrypted anew and stay the same, so that tombstones still match.
import { randomBytes, randomUUID } from "node:crypto";
import { sql, type ShopDb, type Tx } from "./db.server.ts";
import { log } from "./log.server.ts";
import { isSealedByOld, seal, SecretError, unseal, type Place } from "./secrets.server.ts";

type Row = { id: string; sealed: string };

const placeOf = (shop: string, id: string): Place => ({ shop, table: "tombstone_key", column: "sealed", row: id });

const readRows = (tx: Tx, shopId: string) =>
  tx.rows<Row>(sql`select id, sealed from tombstone_key where shop_id = ${shopId} order by id`);

/** Returns the shop's keys that decrypt, and encrypts them with the present ENCRYPTION_KEY. A key that does not decrypt is logged. */
export async function tombstoneKeys(tx: Tx, shopId: string): Promise<Buffer[]> {
  const keys: Buffer[] = [];
  for (const { id, sealed } of await readRows(tx, shopId)) {
    const plain = openKey(shopId, id, sealed);
    if (plain === null) continue;
    keys.push(Buffer.from(plain, "base64"));
    if (!isSealedByOld(sealed)) continue;
    await tx.run(sql`
      update tombstone_key set sealed = ${seal(plain, placeOf(shopId, id))} where shop_id = ${shopId} and id = ${id}`);
  }
  return keys;
}

function openKey(shopId: string, id: string, sealed: string): string | null {
  try {
    return unseal(sealed, placeOf(shopId, id));
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    log.error({ err: error, shop: shopId }, "people who asked to be forgotten may come back");
    return null;
  }
}

/** Like `tombstoneKeys`, but makes a key where the shop has none. */
export async function openTombstoneKeys(tx: Tx, shopId: string): Promise<Buffer[]> {
  const keys = await tombstoneKeys(tx, shopId);
  if (keys.length > 0) return keys;
  const id = randomUUID();
  const key = randomBytes(32);
  await tx.run(sql`
    insert into tombstone_key (shop_id, id, sealed) values (${shopId}, ${id}, ${seal(key.toString("base64"), placeOf(shopId, id))})`);
  return [key];
}

/** Throws a SecretError if a key of the shop does not decrypt. */
export async function checkTombstoneKeys(shopId: string, db: ShopDb): Promise<void> {
  const rows = await db.tx((tx) => readRows(tx, shopId));
  for (const { id, sealed } of rows) unseal(sealed, placeOf(shopId, id));
}
