// shop/redact: the shop leaves every table, the queue and the directory. Needs no session; safe to repeat.
import { forShop, sql, type Sql, type Tx } from "../../db.server.ts";
import { locked } from "../../lock.server.ts";
import { eraseFrom, tablesWith } from "../../catalogue.server.ts";

/** Which installation of the shop is in force; null where the shop is unknown or has left. */
export async function installationOf(shopId: string): Promise<string | null> {
  const [shop] = await forShop(shopId).tx((tx) => readInstallation(tx, shopId, sql``));
  return shop?.installation ?? null;
}

const readInstallation = (tx: Tx, shopId: string, lock: Sql) =>
  tx.rows<{ installation: string | null }>(sql`
    select case when uninstalled_at is null then installed_at::text end as installation from shop where id = ${shopId} ${lock}`);

/**
 * Rows erased. Null when another installation is in force than the one that was found to be gone: the merchant came back
 * meanwhile. In short steps, while whoever installs the shop again waits, and finds nothing of the earlier time; cut off,
 * the next run goes on. `requestId` names the ledger's row, which counts until it goes itself.
 */
export async function redactShop(shopId: string, gone: string | null, requestId?: string): Promise<number | null> {
  return locked(`install ${shopId}`, async () => {
    const db = forShop(shopId);
    const isGone = await db.tx(async (tx) => {
      const [shop] = await readInstallation(tx, shopId, sql`for update`);
      const installation = shop?.installation ?? null;
      if (installation !== null && installation !== gone) return false;
      // From here on nobody works for it any more.
      await tx.run(sql`update shop set uninstalled_at = coalesce(uninstalled_at, now()) where id = ${shopId}`);
      return true;
    });
    if (!isGone) return null;
    // Twice: a job that was under way may have written while the first pass ran.
    const first = await eraseTables(shopId, requestId);
    const left = await db.tx((tx) => leaveDirectory(tx, shopId));
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
    for (let rows = ROWS; rows === ROWS;) {
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

async function leaveDirectory(tx: Tx, shopId: string): Promise<number> {
  // A key is the shop's id, alone or before a space: another shop's id may end with this one's.
  const jobs = await tx.run(sql`
    delete from pgboss.job
    where data->>'shop' = ${shopId} or singleton_key = ${shopId} or starts_with(singleton_key, ${`${shopId} `})`);
  return jobs + (await tx.run(sql`delete from shop where id = ${shopId}`));
}
