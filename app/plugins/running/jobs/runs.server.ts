// Runs of a plugin's jobs, of `onInstalled` and of `onHistory`. The worker starts a run, or a merchant does on the plugin's page.
import { UserError } from "../../../errors.ts";
import { sql } from "../../../db.server.ts";
import { enqueue, pendingState, type Pending } from "../../../queue.server.ts";
import type { Shop } from "../../../shop.server.ts";
import { readAccess, type AccessRow } from "../given/access.server.ts";
import { addedBy, limitMsOf } from "../../contract/contributions.server.ts";
import type { BoundJob } from "../../contract/contributions/jobs.server.ts";
import { nextDue } from "./cron.ts";
import { runGuarded, type Guarded } from "../guard.server.ts";
import type { Job, Plugin } from "../../plugin.ts";
import type { Instant } from "../../../instant.ts";

/** `at`: when the run began. */
type Run = { at: Instant; ms: number; ok: boolean };
type HeldRun = Omit<Run, "at"> & { at: string };

export async function runJob(
  shop: Shop,
  plugin: string,
  job: string,
  it: BoundJob,
  limitMs = limitMsOf("jobs"),
): Promise<Guarded<void>> {
  const at = shop.now();
  const began = performance.now();
  const ran = await runGuarded(shop, plugin, `job ${job}`, (own) => it.run(own), limitMs);
  // The queue runs a job again that throws.
  if (!ran.ok && ran.interrupted) throw new Error(`the job ${job} of ${plugin} was interrupted`);
  const run: Run = { at, ms: Math.round(performance.now() - began), ok: ran.ok };
  await shop.db.tx((tx) =>
    tx.run(sql`
      insert into plugin_health as s (shop_id, plugin, runs)
      select id, ${plugin}, jsonb_build_object(${job}::text, ${JSON.stringify(run)}::jsonb)
      from shop where id = ${shop.id} for key share
      on conflict (shop_id, plugin) do update set runs = s.runs || excluded.runs`),
  );
  return ran;
}

const OCCASIONS = ["onInstalled", "onHistory"] as const;

type Named = { name: string; label: string | null; cron: string | null };

const jobsOf = (plugin: Plugin): Named[] => [
  ...Object.entries((plugin.jobs ?? {}) as Record<string, Job>).map(([name, { label = null, cron }]) => ({
    ...{ name, label, cron },
  })),
  ...OCCASIONS.flatMap((kind) => Object.keys(addedBy(plugin, kind))).map((name) => ({
    ...{ name, label: `plugins.work.${name}`, cron: null },
  })),
];

export async function runJobNow(shop: Shop, plugin: Plugin, job: string): Promise<void> {
  if (!jobsOf(plugin).some(({ name }) => name === job)) throw new UserError("plugins.no_job");
  await enqueue("plugins.job", { shop: shop.id, plugin: plugin.name, job });
}

/** `label`: a locale key; null for a job that has a name for programs only. */
export type JobView = { name: string; label: string | null; now: Pending; last: Run | null; next: Instant | null };

/** The plugin's page shows the next run if the run is within this time. */
const AHEAD_MS = 8 * 86_400_000;

const readRun = (held: HeldRun | undefined): Run | null => (held ? { ...held, at: new Date(held.at) } : null);

/** Reads the last and the next run of each job, and the plugin's access of the last 30 days. */
export async function readWork(shop: Shop, plugin: Plugin): Promise<{ jobs: JobView[]; access: AccessRow[] }> {
  const [state] = await shop.db.tx((tx) =>
    tx.rows<{ runs: Record<string, HeldRun> }>(
      sql`select runs from plugin_health where shop_id = ${shop.id} and plugin = ${plugin.name}`,
    ),
  );
  const now = shop.now();
  const until = new Date(now.getTime() + AHEAD_MS);
  const jobs = jobsOf(plugin).map(async ({ name, label, cron }) => ({
    ...{ name, label },
    now: await pendingState("plugins.job", { shop: shop.id, plugin: plugin.name, job: name }),
    last: readRun(state?.runs[name]),
    next: cron === null ? null : nextDue(cron, shop.timeZone, now, until),
  }));
  return { jobs: await Promise.all(jobs), access: await readAccess(shop, plugin.name) };
}
