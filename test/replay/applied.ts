// Reads from the app's database how far the app has processed a shop's webhooks.
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

export type Applied = { waiting: number; applied: number; poison: number; unsettled: number; jobs: number };

const ASK_MS = 100;

export type Watch = {
  isThere(): Promise<boolean>;
  isBackfilled(): Promise<boolean>;
  counts(): Promise<Applied>;
  /**
   * Resolves when the shop's inbox is empty, memberships are up to date and no job of the shop waits. After `timeoutMs` it resolves with
   * the counts of that moment.
   */
  settled(timeoutMs: number): Promise<Applied>;
  close(): Promise<void>;
};

/** `url`: of the app's role, which is held to the shop by row-level security. */
export async function watchShop(url: string, shop: string): Promise<Watch> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("select set_config('app.shop', $1, false)", [shop]);
  const one = async <Row>(text: string): Promise<Row> => (await client.query(text, [shop])).rows[0] as Row;

  const counts = () =>
    one<Applied>(`
      select count(*) filter (where state in ('waiting', 'handling'))::int as waiting, count(*) filter (where state = 'applied')::int as applied,
        count(*) filter (where state = 'poison')::int as poison,
        (select count(*)::int from customer_change where shop_id = $1) as unsettled,
        (select count(*)::int from pgboss.job where state in ('created', 'active', 'retry') and data ->> 'shop' = $1
          and name like any(array['segments.%', 'offers.%'])) as jobs
      from inbox where shop_id = $1`);

  return {
    isThere: async () =>
      (await one<{ there: boolean }>("select exists (select 1 from shop where id = $1) as there")).there,
    isBackfilled: async () => {
      const state =
        "select count(*)::int as kinds, count(*) filter (where state = 'done')::int as done from backfill where shop_id = $1";
      const { kinds, done } = await one<{ kinds: number; done: number }>(state);
      return kinds > 0 && kinds === done;
    },
    counts,
    async settled(timeoutMs) {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const now = await counts();
        if (now.waiting + now.unsettled + now.jobs === 0 || Date.now() > deadline) return now;
        await sleep(ASK_MS);
      }
    },
    close: () => client.end(),
  };
}

/** Asks until the answer is true. Throws with `what` after `timeoutMs`. */
export async function eventually(what: string, timeoutMs: number, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs / 1000} s: ${what}`);
    await sleep(ASK_MS);
  }
}
