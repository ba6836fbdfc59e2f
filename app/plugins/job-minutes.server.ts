// When each job of a plugin last ran, by the minute at which it was due.
import { sql, type Tx } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";
import type { Instant } from "../instant.ts";

/** A minute that is so far ahead was taken by a clock that was wrong. */
const DAY_MS = 86_400_000;

type Minute = { plugin: string; job: string; due: Instant };

/** True for whichever process is first: a job's due minute is taken once. */
export async function takeMinute(shop: Shop, tx: Tx, { plugin, job, due }: Minute): Promise<boolean> {
  const known = await tx.rows(sql`select id from shop where id = ${shop.id} for key share`);
  if (known.length === 0) return false;
  const tooFar = new Date(shop.now().getTime() + DAY_MS);
  // ISO 8601, all in UTC and of one length: as text they have the order of time.
  const taken = await tx.run(sql`
    insert into plugin_health as s (shop_id, plugin, job_ran_at)
    values (${shop.id}, ${plugin}, ${JSON.stringify({ [job]: due.toISOString() })}::jsonb)
    on conflict (shop_id, plugin) do update set job_ran_at = s.job_ran_at || excluded.job_ran_at
    where coalesce((s.job_ran_at->>${job}::text) collate "C" not between ${due.toISOString()} and ${tooFar.toISOString()}, true)`);
  return taken > 0;
}
