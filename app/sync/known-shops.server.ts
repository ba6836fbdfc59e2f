// Which shops the door takes webhooks from: the directory, remembered for a short time.
import { directory, sql } from "../db.server.ts";

/** `left`: it was installed once, and its law and farewell topics still count. */
export type Standing = "installed" | "left" | "unknown";

const REMEMBERED_MS = 5000;

type Row = { id: string; installed: boolean };

const readDirectory = (ids: string[]) =>
  directory<Row>(
    sql`select id, installed_at is not null and uninstalled_at is null as installed from shop where id = any(${ids}::text[])`,
  );

export type KnownShops = {
  /** At once where it is remembered that the shop is installed. */
  standingOf(shop: string): Standing | Promise<Standing>;
};

/**
 * Only "installed" is remembered: an answer "not installed" from before an installation would drop the first webhooks
 * after it. Questions that come while one is asked share the next.
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
        for (const { id, installed: is } of rows) if (is) installed.set(id, at + REMEMBERED_MS);
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
