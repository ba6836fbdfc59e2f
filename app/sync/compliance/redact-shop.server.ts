// A shop erased: the shop leaves every table, the queue and the directory. Needs no session; safe to repeat.
import { forShop, sql } from "../../db.server.ts";
import { locked } from "../../lock.server.ts";
import { eraseFrom, tablesWith } from "../../catalogue.server.ts";
import { eraseFromDirectory, endInstallation, readInstallation } from "../../shop-directory.server.ts";

/** Which installation of the shop is in force; null where the shop is unknown or has left. */
export const installationOf = (shopId: string): Promise<string | null> =>
  forShop(shopId).tx((tx) => readInstallation(tx, shopId));

/**
 * Rows erased. Null when another installation is in force than the one that was found to be gone: the merchant came back
 * meanwhile. In short steps, while whoever installs the shop again waits, and finds nothing of the earlier time; cut off,
 * the next run goes on. `requestId` names the ledger's row, which counts until it goes itself.
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
    // Twice: a job that was under way may have written while the first pass ran.
    const first = await eraseTables(shopId, requestId);
    const left = await db.tx((tx) => eraseFromDirectory(tx, shopId));
    return first + left + (await eraseTables(shopId, requestId));
  });
}

const ROWS = 5000;
const LEDGER = "compliance_request";

/** The ledger goes last: until then the request is open, and is taken up again. */
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
