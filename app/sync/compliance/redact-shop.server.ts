// Erases a shop from every table, the queue and the directory. Needs no session. Safe to repeat.
import { forShop, sql } from "../../db.server.ts";
import { locked } from "../../lock.server.ts";
import { eraseFrom, tablesWith } from "../../catalogue.server.ts";
import { eraseFromDirectory, endInstallation, readInstallation } from "../../shop-directory.server.ts";

/** The present installation of the shop. Null where the shop is unknown or uninstalled the app. */
export const installationOf = (shopId: string): Promise<string | null> =>
  forShop(shopId).tx((tx) => readInstallation(tx, shopId));

/**
 * Returns the number of erased rows. Null where the present installation is not `gone`: the merchant installed the app again.
 * Erases in short steps, under the lock of installations, so that a new installation waits and finds no old row. After an
 * interruption the next run continues. `requestId`: the ledger's row, which records the number of erased rows until the end.
 */
export async function redactShop(shopId: string, gone: string | null, requestId?: string): Promise<number | null> {
  return locked(`install ${shopId}`, async () => {
    const db = forShop(shopId);
    const isGone = await db.tx(async (tx) => {
      const installation = await readInstallation(tx, shopId, sql`for update`);
      if (installation !== null && installation !== gone) return false;
      await endInstallation(tx, shopId);
      return true;
    });
    if (!isGone) return null;
    // A second pass, since a job that was running may have written rows during the first pass.
    const first = await eraseTables(shopId, requestId);
    const left = await db.tx((tx) => eraseFromDirectory(tx, shopId));
    return first + left + (await eraseTables(shopId, requestId));
  });
}

const ROWS = 5000;
const LEDGER = "compliance_request";

/** The ledger is erased last, so that an interrupted request stays open and is taken up again. */
async function eraseTables(shopId: string, requestId: string | undefined): Promise<number> {
  const db = forShop(shopId);
  const tables = (await db.tx((tx) => tablesWith(tx, "shop_id"))).filter((table) => table !== LEDGER);
  let erased = 0;
  for (const table of [...tables, LEDGER]) {
    for (let rows = ROWS; rows >= ROWS;) {
      rows = await db.tx(async (tx) => {
        const gone = await eraseFrom(tx, table, sql`shop_id = ${shopId}`, ROWS);
        await tx.run(sql`
          update compliance_request set evidence = evidence || jsonb_build_object('erased', ${erased + gone}::int)
          where shop_id = ${shopId} and id = ${requestId ?? ""} and done_at is null`);
        return gone;
      });
      erased += rows;
    }
  }
  return erased;
}
