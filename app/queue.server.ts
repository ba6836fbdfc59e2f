// Jobs in PostgreSQL (pg-boss). One job a name and shop waits at a time, one runs: sending twice is as good as once.
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
  /** Null: all offers, and what is left over in Shopify. */
  "offers.look": { shop: string; offer: string | null };
  "surveys.publish": { shop: string };
  /** `id` null: of all customers, orders or products. */
  "sync.metafields": { shop: string; owner: "customer" | "order" | "product"; id: string | null };
  "plugins.job": { shop: string; plugin: string; job: string };
  "plugins.events": { shop: string };
  "schedule.tick": Record<string, never>;
};
export type JobName = keyof JobData;

/** A job whose process was killed is noticed and run by another within about thirty seconds. */
const SILENT_SECONDS = 20;
const LOOK_SECONDS = 10;

/** Done jobs are kept to be looked into. */
const KEPT_SECONDS = 86_400;

// Six tries within about a minute; from then on one at every tick of the clock, until it is done.
const limits = {
  retryLimit: 5,
  retryBackoff: true,
  expireInSeconds: 3600,
  heartbeatSeconds: SILENT_SECONDS,
  deleteAfterSeconds: KEPT_SECONDS,
};
// Short: of one key one job waits. That one of a group runs is the worker's: see groupOf.
const queue = { ...limits, policy: "short" } as const;
const QUEUES: Record<JobName, typeof queue> = {
  "sync.backfill": queue,
  "sync.reconcile": queue,
  "sync.comply": queue,
  "segments.refresh": queue,
  "segments.evaluate": queue,
  "segments.revenue": queue,
  "offers.publish": queue,
  "offers.look": queue,
  "surveys.publish": queue,
  "sync.metafields": queue,
  "plugins.job": queue,
  "plugins.events": queue,
  "schedule.tick": queue,
};

let started: Promise<PgBoss> | undefined;

/** The queue's tables are the migration command's business; here they must be there. */
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
    superviseIntervalSeconds: LOOK_SECONDS,
    monitorIntervalSeconds: LOOK_SECONDS,
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

/** A statement as pg-boss writes it, with its values, run within the caller's transaction. */
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
 * Of a kind and group one job runs at a time, so that one shop's jobs keep no other shop waiting, however many they are,
 * and a plugin's jobs no other plugin.
 */
const groupOf = (name: JobName, data: JobData[JobName]): string =>
  "plugin" in data ? data.plugin : "shop" in data ? data.shop : name;

/** Leaves a job. With a transaction the job is there if, and only if, the transaction commits. */
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
  // Should the job be lost, the tick finds that its work is still owed.
  if ("shop" in data) await wake(data.shop, tx);
}

/** One more try for jobs that used up theirs, where no later one of the same key has taken over what they left undone. */
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

/** Tells of a job whether one of its key waits, runs or will be tried again, as of now. */
export async function livingJobs(): Promise<<N extends JobName>(name: N, data: JobData[N]) => boolean> {
  const rows = await directory<{ name: string; key: string }>(
    sql`select name, singleton_key as key from pgboss.job where state in ('created', 'retry', 'active')`,
  );
  const living = new Set(rows.map(({ name, key }) => `${name} ${key}`));
  return (name, data) => living.has(`${name} ${keyOf(name, data)}`);
}

/** Longer than six tries take, so that what is told does not flicker. */
const STUCK = trusted("interval '3 minutes'");

/** Since when this job of the shop is owed and does not succeed; null where nothing is wrong with it. */
export async function stuckSince<N extends JobName>(name: N, data: JobData[N]): Promise<Instant | null> {
  const [row] = await directory<{ since: Instant | null }>(sql`
    select min(greatest(created_on, start_after)) as since from pgboss.job stuck
    where name = ${name} and singleton_key = ${keyOf(name, data)} and created_on < now() - ${STUCK}
      and (state in ('retry', 'failed') or (state = 'created' and start_after < now() - ${STUCK}))
      and not exists (select from pgboss.job later where later.name = stuck.name
        and later.singleton_key = stuck.singleton_key and later.state = 'completed' and later.created_on > stuck.created_on)`);
  return row?.since ?? null;
}
