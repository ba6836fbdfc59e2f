// When each job of a plugin last ran, by the minute at which it was due.
import { sql, type Tx } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";

/** A minute that is so far ahead was taken by a clock that was wrong. */
const DAY_MS = 86_400_000;

type Minute = { plugin: string; job: string; due: Date };

/** True for whichever process is first: a job's due minute is taken once. */
export async function takeMinute(shop: Shop, tx: Tx, { plugin, job, due }: Minute): Promise<boolean> {
  const taken = await tx.run(sql`
    insert into plugin_state as s (shop_id, plugin, job_ran_at)
    select id, ${plugin}, jsonb_build_object(${job}::text, ${due.toISOString()}::text)
    from shop where id = ${shop.id} for key share
    on conflict (shop_id, plugin) do update set job_ran_at = s.job_ran_at || excluded.job_ran_at
    where coalesce((s.job_ran_at->>${job}::text)::timestamptz not between ${due}::timestamptz
      and ${new Date(shop.now().getTime() + DAY_MS)}::timestamptz, true)`);
  return taken > 0;
}
