// The shops whose webhooks the door accepts: the directory of shops, with a short cache.
import { directory, sql } from "../db.server.ts";

/** `left`: the shop uninstalled the app. Its compliance topics and app/uninstalled are still accepted. */
export type Standing = "installed" | "left" | "unknown";

const CACHE_MS = 5000;

type Row = { id: string; installed: boolean };

const readDirectory = (ids: string[]) =>
  directory<Row>(
    sql`select id, installed_at is not null and uninstalled_at is null as installed from shop where id = any(${ids}::text[])`,
  );

export type KnownShops = {
  /** Not a promise where the cache has the shop as installed. */
  standingOf(shop: string): Standing | Promise<Standing>;
};

/**
 * Only `installed` is cached: a cached `unknown` from before an installation would drop the first webhooks after it. Shops
 * that are asked for while a query runs share the next query.
 */
export function knownShops(read = readDirectory, now = () => performance.now()): KnownShops {
  const installed = new Map<string, number>();
  let asked: { ids: Set<string>; answer: Promise<Map<string, Standing>> } | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const ask = (shop: string): Promise<Standing> => {
    if (!asked) {
      const ids = new Set<string>();
      const answer = last.then(async () => {
        asked = undefined;
        const at = now();
        const rows = await read([...ids]);
        for (const { id, installed: is } of rows) if (is) installed.set(id, at + CACHE_MS);
        return new Map<string, Standing>(rows.map(({ id, installed: is }) => [id, is ? "installed" : "left"]));
      });
      last = answer.catch(() => undefined);
      asked = { ids, answer };
    }
    asked.ids.add(shop);
    return asked.answer.then((standings) => standings.get(shop) ?? "unknown");
  };

  return {
    standingOf(shop) {
      const until = installed.get(shop);
      if (until !== undefined && until > now()) return "installed";
      installed.delete(shop);
      return ask(shop);
    },
  };
}
