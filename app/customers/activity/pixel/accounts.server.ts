// Which shop a pixel's account belongs to: the directory of shops and the shops' pixels, with a short cache.
import { directory, forShop, sql, type ShopDb } from "../../../db.server.ts";
import { openShop, type Shop } from "../../../shop.server.ts";

/** Also the longest time for which the account of a pixel that was created anew is still taken. */
const CACHE_MS = 5000;
/** Shops that are asked for at once, and shops that are remembered: a sender can invent any number of shops. */
const MOST_ASKED = 1000;
const MOST_KEPT = 10_000;

type Held = { shop: Shop; account: string } | null;

export type Accounts = {
  /** Null: the account is not the shop's, or the shop is not installed. Throws `tooMany` if too many shops are asked for. */
  shopOf(shop: string, account: string): Promise<Shop | null>;
};

export const tooMany = new Error("too many shops are asked for at once");

/** `dbOf`: by which connections the shop's rows are read and written. All shops that are asked for while a query runs share the next. */
export function openAccounts(dbOf: (id: string) => ShopDb, now = () => performance.now()): Accounts {
  const kept = new Map<string, { held: Held; until: number }>();
  let asked: { ids: Set<string>; answer: Promise<Map<string, Held>> } | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function read(ids: string[]): Promise<Map<string, Held>> {
    const installed = await directory<{ id: string }>(
      sql`select id from shop where id = any(${ids}::text[]) and installed_at is not null and uninstalled_at is null`,
    );
    const held = new Map<string, Held>();
    for (const { id } of installed) held.set(id, await heldBy(id, dbOf(id)));
    return held;
  }

  const ask = (id: string): Promise<Held> => {
    if (!asked) {
      const ids = new Set<string>();
      const answer = last.then(async () => {
        asked = undefined;
        const found = await read([...ids]);
        if (kept.size > MOST_KEPT) kept.clear();
        for (const each of ids) kept.set(each, { held: found.get(each) ?? null, until: now() + CACHE_MS });
        return found;
      });
      last = answer.catch(() => undefined);
      asked = { ids, answer };
    }
    if (asked.ids.size >= MOST_ASKED) return Promise.reject(tooMany);
    asked.ids.add(id);
    return asked.answer.then((found) => found.get(id) ?? null);
  };

  return {
    async shopOf(id, account) {
      const known = kept.get(id);
      const held = known && known.until > now() ? known.held : await ask(id);
      return held?.account === account ? held.shop : null;
    },
  };
}

async function heldBy(id: string, db: ShopDb): Promise<Held> {
  const shop = await openShop(id);
  const [pixel] = await forShop(id).tx((tx) =>
    tx.rows<{ account: string }>(sql`select account from web_pixel where shop_id = ${id} and active_at is not null`),
  );
  return shop && pixel ? { shop: { ...shop, db }, account: pixel.account } : null;
}
