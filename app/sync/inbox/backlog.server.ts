// Gauges of the backlog, counted in the database at each scrape, so that every process reports the same figures.
import { directory, forShop, sql } from "../../db.server.ts";
import { log } from "../../log.server.ts";
import { gauge } from "../../metrics.server.ts";

const up = gauge({ name: "regulars_database_up", help: "Whether the database answers: what waits is known only then" });
const shopsWaiting = gauge({ name: "regulars_inbox_shops", help: "Shops with webhooks that are not applied" });
const waiting = gauge({ name: "regulars_inbox_waiting", help: "Webhooks that are stored and not applied" });
const oldest = gauge({ name: "regulars_inbox_oldest_seconds", help: "Age of the oldest webhook that is not applied" });
const jobs = gauge({
  name: "regulars_jobs",
  help: "Jobs by kind and state: created, retry, active, failed",
  labelNames: ["job", "state"],
});

/** Webhooks are counted for this many shops: those that have waited longest. */
const SHOPS = 50;

type Waiting = { waiting: number; seconds: number };
type Job = { job: string; state: string; count: number };

/** Sets the gauges. Never rejects: the gauges are NaN where the database does not answer. */
export async function measureBacklog(): Promise<void> {
  try {
    const shops = await directory<{ shop: string }>(
      sql`select shop_id as shop from shop_mark group by shop_id order by min(id)`,
    );
    const counted = await Promise.all(shops.slice(0, SHOPS).map(({ shop }) => readWaiting(shop)));
    const found = await directory<Job>(
      sql`select name as job, state::text, count(*)::int from pgboss.job where state in ('created', 'retry', 'active', 'failed') group by name, state`,
    );
    shopsWaiting.set(shops.length);
    waiting.set(counted.reduce((sum, each) => sum + each.waiting, 0));
    oldest.set(Math.max(0, ...counted.map(({ seconds }) => seconds)));
    jobs.reset();
    for (const { job, state, count } of found) jobs.labels(job, state).set(count);
    up.set(1);
  } catch (error) {
    log.warn({ err: error }, "what waits could not be counted");
    up.set(0);
    for (const each of [shopsWaiting, waiting, oldest]) each.set(Number.NaN);
    jobs.reset();
  }
}

async function readWaiting(shop: string): Promise<Waiting> {
  const [row] = await forShop(shop).tx((tx) =>
    tx.rows<Waiting>(sql`
      select count(*)::int as waiting, coalesce(extract(epoch from now() - min(received_at)), 0)::float8 as seconds
      from inbox where shop_id = ${shop} and state = 'waiting'`),
  );
  return row ?? { waiting: 0, seconds: 0 };
}
