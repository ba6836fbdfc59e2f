// The column plugin_health.job_ran_at: for each job, the last due minute that a process took.
import { sql, type Tx } from "../../../db.server.ts";
import type { Shop } from "../../../shop.server.ts";
import type { Instant } from "../../../instant.ts";

const DAY_MS = 86_400_000;

type Minute = { plugin: string; job: string; due: Instant };

/**
 * Takes a job's due minute. Returns true to the first process that asks, and false to every other process. A stored minute that is more
 * than a day ahead is overwritten: a process with a wrong clock stored it.
 */
export async function takeMinute(shop: Shop, tx: Tx, { plugin, job, due }: Minute): Promise<boolean> {
  const known = await tx.rows(sql`select id from shop where id = ${shop.id} for key share`);
  if (known.length === 0) return false;
  const tooFar = new Date(shop.now().getTime() + DAY_MS);
  // All are ISO 8601 in UTC and of one length, so their order as text is their order in time.
  const taken = await tx.run(sql`
    insert into plugin_health as s (shop_id, plugin, job_ran_at)
    values (${shop.id}, ${plugin}, ${JSON.stringify({ [job]: due.toISOString() })}::jsonb)
    on conflict (shop_id, plugin) do update set job_ran_at = s.job_ran_at || excluded.job_ran_at
    where coalesce((s.job_ran_at->>${job}::text) collate "C" not between ${due.toISOString()} and ${tooFar.toISOString()}, true)`);
  return taken > 0;
}
