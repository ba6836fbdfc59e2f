// Jobs in PostgreSQL (pg-boss). Of jobs with one name and the same data, one waits at a time: sending a job twice is the same as
// sending it once.
import { PgBoss } from "pg-boss";
import { wake } from "./clock.server.ts";
import { env } from "./env.server.ts";
import { log } from "./log.server.ts";
import type { Sql, Tx } from "./db.server.ts";
import { directory, trusted, sql } from "./db.server.ts";
import type { Instant } from "./instant.ts";

export type JobData = {
  "sync.backfill": { shop: string };
  "sync.reconcile": { shop: string };
  "sync.comply": { shop: string; request: string };
  "segments.refresh": { shop: string };
  "segments.evaluate": { shop: string; segment: string };
  "segments.revenue": { shop: string };
  "offers.publish": { shop: string };
  "offers.redeemed": { shop: string };
  /** `offer` null: all offers, and leftovers in Shopify. */
  "offers.look": { shop: string; offer: string | null };
  "experiments.look": { shop: string };
  "surveys.publish": { shop: string };
  /** Joins browsers with customers whose orders were stored beside the browsers' events. */
  "pixel.join": { shop: string };
  /** Creates or corrects the shop's web pixel in Shopify. */
  "pixel.look": { shop: string };
  /** `id` null: all customers, all orders or all products. */
  "sync.metafields": { shop: string; owner: "customer" | "order" | "product"; id: string | null };
  "plugins.job": { shop: string; plugin: string; job: string };
  "plugins.events": { shop: string };
  "schedule.tick": Record<string, never>;
};
export type JobName = keyof JobData;

/** If a job's process is killed, another process runs the job within about thirty seconds. */
const HEARTBEAT_SECONDS = 20;
const CHECK_SECONDS = 10;

/** Finished jobs are kept for a day, for inspection. */
const KEPT_SECONDS = 86_400;

// A job is tried six times within about a minute, then once at every tick (`retryFailedJobs`), until it succeeds.
const limits = {
  retryLimit: 5,
  retryBackoff: true,
  expireInSeconds: 3600,
  heartbeatSeconds: HEARTBEAT_SECONDS,
  deleteAfterSeconds: KEPT_SECONDS,
};
// Policy short: one job of a key waits at a time. The worker runs one job of a group at a time: see `groupOf`.
const queue = { ...limits, policy: "short" } as const;
const QUEUES: Record<JobName, typeof queue> = {
  "sync.backfill": queue,
  "sync.reconcile": queue,
  "sync.comply": queue,
  "segments.refresh": queue,
  "segments.evaluate": queue,
  "segments.revenue": queue,
  "offers.publish": queue,
  "offers.redeemed": queue,
  "offers.look": queue,
  "experiments.look": queue,
  "surveys.publish": queue,
  "pixel.join": queue,
  "pixel.look": queue,
  "sync.metafields": queue,
  "plugins.job": queue,
  "plugins.events": queue,
  "schedule.tick": queue,
};

let started: Promise<PgBoss> | undefined;

/** The migration command makes the queue's tables; this function needs them. */
export function startQueue(): Promise<PgBoss> {
  started ??= openQueue().catch((error: unknown) => {
    started = undefined;
    throw error;
  });
  return started;
}

async function openQueue(): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString: env.APP_DATABASE_URL,
    max: 4,
    migrate: false,
    schedule: false,
    superviseIntervalSeconds: CHECK_SECONDS,
    monitorIntervalSeconds: CHECK_SECONDS,
  });
  boss.on("error", (error) => log.warn({ err: error }, "the queue's database"));
  await boss.start();
  const known = new Set((await boss.getQueues()).map(({ name }) => name));
  for (const [name, options] of Object.entries(QUEUES)) {
    if (known.has(name)) await boss.updateQueue(name, limits);
    else await boss.createQueue(name, options);
  }
  return boss;
}

export async function stopQueue(): Promise<void> {
  const boss = await started?.catch(() => undefined);
  started = undefined;
  await boss?.stop({ graceful: true, timeout: 10_000 });
}

/** Turns a statement of pg-boss ($1, $2, …) into an Sql, to run in the caller's transaction. */
const statementOf = (text: string, values: unknown[]): Sql => {
  const pieces = text.split(/\$\d+/);
  const order = [...text.matchAll(/\$(\d+)/g)].map((match) => values[Number(match[1]) - 1]);
  return order.reduce<Sql>(
    (made, value, at) => sql`${made}${value}${trusted(pieces[at + 1] ?? "")}`,
    trusted(pieces[0] ?? ""),
  );
};

const keyOf = (name: JobName, data: JobData[JobName]): string => Object.values(data).join(" ") || name;

/**
 * Of the jobs of one name, one job of a group runs at a time. A group is a plugin or a shop, so that many jobs of one shop or plugin
 * delay no other shop or plugin.
 */
const groupOf = (name: JobName, data: JobData[JobName]): string =>
  "plugin" in data ? data.plugin : "shop" in data ? data.shop : name;

/** Sends a job. With `tx`, the job exists if and only if the transaction commits. */
export async function enqueue<N extends JobName>(name: N, data: JobData[N], tx?: Tx): Promise<void> {
  const boss = await startQueue();
  const key = keyOf(name, data);
  const ofKey = { singletonKey: key, group: { id: groupOf(name, data) } };
  const options = tx
    ? {
        ...ofKey,
        db: {
          executeSql: async (text: string, values: unknown[]) => ({
            rows: await tx.rows<object>(statementOf(text, values)),
          }),
        },
      }
    : ofKey;
  await boss.send(name, data, options);
  // If the job is lost, the tick finds that the job's work is still to be done.
  if ("shop" in data) await wake(data.shop, tx);
}

/** Tries failed jobs once more, unless a later job of the same key exists. */
export async function retryFailedJobs(): Promise<void> {
  const boss = await startQueue();
  const failed = await directory<{ name: string; ids: string[] }>(sql`
    select name, array_agg(id::text) as ids from pgboss.job failed
    where state = 'failed' and not exists (
      select from pgboss.job later
      where later.name = failed.name and later.singleton_key = failed.singleton_key and later.created_on > failed.created_on)
    group by name`);
  for (const { name, ids } of failed) await boss.retry(name, ids);
}

/** Reads the jobs that wait, run or will be retried, and returns a function that says whether a job is among them. */
export async function pendingJobs(): Promise<<N extends JobName>(name: N, data: JobData[N]) => boolean> {
  const rows = await directory<{ name: string; key: string }>(
    sql`select name, singleton_key as key from pgboss.job where state in ('created', 'retry', 'active')`,
  );
  const pending = new Set(rows.map(({ name, key }) => `${name} ${key}`));
  return (name, data) => pending.has(`${name} ${keyOf(name, data)}`);
}

/** `waiting`: the job starts soon, or is tried again. Null: the job neither waits nor runs. */
export type Pending = "waiting" | "running" | null;

export async function pendingState<N extends JobName>(name: N, data: JobData[N]): Promise<Pending> {
  const [row] = await directory<{ state: Pending }>(sql`
    select case when bool_or(state = 'active') then 'running' when count(*) > 0 then 'waiting' end as state from pgboss.job
    where name = ${name} and singleton_key = ${keyOf(name, data)} and state in ('created', 'retry', 'active')`);
  return row?.state ?? null;
}

/** A job whose last try failed. `nextAt`: null while the job is tried right now. `isUnanswered`: Shopify could not answer. */
export type Retrying = { triedAt: Instant; nextAt: Instant | null; isUnanswered: boolean };

/** The worker stores the failure of a request to Shopify as the last word of the error: see `AdminFailure`. */
const UNANSWERED = "(unavailable|throttled|uncertain)$";

/** Null: the job's last try succeeded, or the job was not tried yet. */
export async function retryingOf<N extends JobName>(name: N, data: JobData[N]): Promise<Retrying | null> {
  const [row] = await directory<Retrying>(sql`
    select coalesce(completed_on, started_on) as "triedAt",
      case state when 'failed' then completed_on + interval '1 minute' when 'retry' then start_after end as "nextAt",
      coalesce(output ->> 'message' ~ ${UNANSWERED}, false) as "isUnanswered"
    from pgboss.job tried
    where name = ${name} and singleton_key = ${keyOf(name, data)} and state in ('retry', 'failed', 'active') and output is not null
      and started_on is not null and not exists (select from pgboss.job later where later.name = tried.name
        and later.singleton_key = tried.singleton_key and later.state = 'completed' and later.created_on > tried.created_on)
    order by created_on desc limit 1`);
  return row ?? null;
}

/** Longer than a job's six tries take, so that a job that succeeds in the end is not reported. */
const STUCK = trusted("interval '3 minutes'");

/** Since when the job has waited or failed without success. Null: the job is not stuck. */
export async function stuckSince<N extends JobName>(name: N, data: JobData[N]): Promise<Instant | null> {
  const [row] = await directory<{ since: Instant | null }>(sql`
    select min(greatest(created_on, start_after)) as since from pgboss.job stuck
    where name = ${name} and singleton_key = ${keyOf(name, data)} and created_on < now() - ${STUCK}
      and (state in ('retry', 'failed') or (state = 'created' and start_after < now() - ${STUCK}))
      and not exists (select from pgboss.job later where later.name = stuck.name
        and later.singleton_key = stuck.singleton_key and later.state = 'completed' and later.created_on > stuck.created_on)`);
  return row?.since ?? null;
}
