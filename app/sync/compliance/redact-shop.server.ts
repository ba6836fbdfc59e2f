// shop/redact: the shop leaves every table, the queue and the directory. Needs no session; safe to repeat.
import { forShop, sql, type Sql, type Tx } from "../../db.server.ts";
import { tableName, tablesWith } from "./catalogue.server.ts";

/** Which installation of the shop is in force; null where the shop is unknown or has left. */
export async function installationOf(shopId: string): Promise<string | null> {
  const [shop] = await forShop(shopId).tx((tx) => readInstallation(tx, shopId, sql``));
  return shop?.installation ?? null;
}

const readInstallation = (tx: Tx, shopId: string, lock: Sql) =>
  tx.rows<{ installation: string | null }>(sql`
    select case when uninstalled_at is null then installed_at::text end as installation from shop where id = ${shopId} ${lock}`);

/**
 * Rows erased. Null, and nothing is erased, when another installation is in force than the one that was found to be gone:
 * the merchant came back meanwhile.
 */
export async function redactShop(shopId: string, gone: string | null): Promise<number | null> {
  const db = forShop(shopId);
  const first = await db.tx(async (tx) => {
    // Locked: whoever installs the shop again waits, and finds nothing of the earlier time.
    const [shop] = await readInstallation(tx, shopId, sql`for update`);
    const installation = shop?.installation ?? null;
    return installation !== null && installation !== gone ? null : eraseShop(tx, shopId);
  });
  if (first === null) return null;
  // Once more: a job that was under way may have written while the first pass ran.
  return first + (await db.tx(async (tx) => ((await isBack(tx, shopId)) ? 0 : eraseShop(tx, shopId))));
}

async function isBack(tx: Tx, shopId: string): Promise<boolean> {
  return (await tx.rows<object>(sql`select 1 as one from shop where id = ${shopId} for update`)).length > 0;
}

async function eraseShop(tx: Tx, shopId: string): Promise<number> {
  let erased = 0;
  for (const table of await tablesWith(tx, "shop_id")) {
    erased += await tx.run(sql`delete from ${tableName(table)} where shop_id = ${shopId}`);
  }
  // A key is the shop's id, alone or before a space: another shop's id may end with this one's.
  erased += await tx.run(sql`
    delete from pgboss.job
    where data->>'shop' = ${shopId} or singleton_key = ${shopId} or starts_with(singleton_key, ${`${shopId} `})`);
  return erased + (await tx.run(sql`delete from shop where id = ${shopId}`));
}
