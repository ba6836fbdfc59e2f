// The tick, once a minute: enqueues jobs for what became due by time alone, such as segments with dates, offers that begin and end,
// and plugins' jobs. It renews tokens and deletes old webhooks. It also enqueues jobs anew whose work is still to be done: whatever
// broke a job, its work goes on without a person.
import { createHash } from "node:crypto";
import { sweepAudit } from "../audit.server.ts";
import { dueShops, rowsOf, settleClock } from "../clock.server.ts";
import { keepMonths } from "../customers/activity/months.server.ts";
import { hasChanges } from "../customers/facts/customer-changes.server.ts";
import type { MetafieldOwner } from "../customers/facts/metafields.server.ts";
import { tombstoneKeys } from "../tombstone-key.server.ts";
import { hasUnsettledExperiments } from "../experiments/outcomes/look.server.ts";
import { sweepOutbox } from "../outbox.server.ts";
import { redemptionsAreDue } from "../offers/redemptions.server.ts";
import { nextOfferDue, offersAreDue } from "../offers/publishing/due.server.ts";
import { dayAt, hourAt } from "../local-time.ts";
import { lastDue, nextDue } from "../plugins/running/jobs/cron.ts";
import { markFailed } from "../plugins/running/guard.server.ts";
import { registryFor } from "../plugins/installed.server.ts";
import { takeMinute } from "../plugins/running/jobs/job-minutes.server.ts";
import { metafieldsOf, ownersOf, type Registry } from "../plugins/registry.server.ts";
import { log } from "../log.server.ts";
import { enqueue, pendingJobs, retryFailedJobs, type JobData, type JobName } from "../queue.server.ts";
import { dueSegments, nextSegmentDue } from "../segments/memberships/build.server.ts";
import { nextRevenueDue, revenueIsDue } from "../segments/memberships/revenue.server.ts";
import { knownShops, wallClock, type Shop } from "../shop.server.ts";
import { freshSession } from "../shopify/tokens.server.ts";
import { historyReadAt, isHistoryOwed } from "../sync/progress.server.ts";
import { nextRequestDue, openRequests } from "../sync/compliance/compliance.server.ts";
import { beginEvents, isBehind } from "./plugin-events.server.ts";
import { followChanges } from "./pipeline.server.ts";
import { sweepInbox } from "../sync/inbox/sweep.server.ts";
import type { Instant } from "../instant.ts";

const HOUR_MS = 3_600_000;
/** Plugins' jobs that became due longer ago are skipped: the worker was down. */
const LOOK_BACK_MS = HOUR_MS;
const NIGHT = 4;

const SHOPS_AT_ONCE = 4;

/** Enqueues a job, unless the same job waits, runs or will be retried. */
type EnqueueOnce = <N extends JobName>(name: N, data: JobData[N]) => Promise<void>;

/** The first tick of a process looks at every shop: a new version of the app may compute due times differently. */
let hasLookedAtAll = false;

/** Looks at the shops that are due. An error in one shop does not stop the others. */
export async function tick(now = wallClock): Promise<void> {
  await keepActivity(now()).catch((error: Error) =>
    log.error({ err: error }, "partitions of activity could not be made or dropped"),
  );
  await retryFailedJobs();
  const isPending = await pendingJobs();
  const due = await dueShops(now());
  // Compliance requests and the sweep concern uninstalled shops too: most requests come after the uninstall.
  const shops = await knownShops(now, hasLookedAtAll ? due : undefined);
  const known = new Set(shops.map(({ id }) => id));
  for (const id of due) if (!known.has(id)) await settleClock(id, await rowsOf(id), null);
  await inLanes(shops, (shop) => lookAt(shop, isPending));
  hasLookedAtAll = true;
}

/** The hour in which this process last called keepMonths. */
let keptIn = "";

async function keepActivity(now: Instant): Promise<void> {
  const hour = now.toISOString().slice(0, 13);
  if (keptIn === hour) return;
  await keepMonths();
  keptIn = hour;
}

/** An error in one step does not stop the others. After an error, or while work is to be done, the next tick looks again. */
async function lookAt(
  shop: Shop & { installed: boolean },
  isPending: Awaited<ReturnType<typeof pendingJobs>>,
): Promise<void> {
  const answered = await rowsOf(shop.id);
  const now = shop.now();
  let next = hourMark(shop.id, now);
  const sooner = (at: Instant | null) => void (next = at && at < next ? at : next);
  const enqueueOnce: EnqueueOnce = async (name, data) => {
    sooner(now);
    if (!isPending(name, data)) await enqueue(name, data);
  };
  const attempt = (work: Promise<unknown>, step: string) =>
    work.catch((error: Error) => {
      sooner(now);
      shop.log.error({ err: error, step }, "tick");
    });
  for (const step of shop.installed ? [...OF_INSTALLED, ...OF_KNOWN] : OF_KNOWN)
    await attempt(step(shop, enqueueOnce), step.name);
  for (const nextDueOf of shop.installed ? DUES : [nextRequestDue])
    await attempt(nextDueOf(shop).then(sooner), nextDueOf.name);
  await settleClock(shop.id, answered, next);
}

/** When the shop is looked at next at the latest: once an hour, at a minute of the shop's own, so that shops spread over the hour. */
function hourMark(shopId: string, now: Instant): Instant {
  const minute = createHash("sha256").update(shopId).digest().readUInt16BE() % 60;
  const mark = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS + minute * 60_000;
  return new Date(mark > now.getTime() ? mark : mark + HOUR_MS);
}

async function inLanes<One>(all: One[], work: (one: One) => Promise<void>): Promise<void> {
  const turns = all.values();
  const lane = async () => {
    for (const one of turns) await work(one);
  };
  await Promise.all(Array.from({ length: SHOPS_AT_ONCE }, lane));
}

async function enqueueRequests(shop: Shop, enqueueOnce: EnqueueOnce): Promise<void> {
  for (const request of await openRequests(shop.id)) await enqueueOnce("sync.comply", { shop: shop.id, request });
}

async function enqueueBackfill(shop: Shop, enqueueOnce: EnqueueOnce): Promise<void> {
  if (await isHistoryOwed(shop)) await enqueueOnce("sync.backfill", { shop: shop.id });
}

async function enqueueRefresh(shop: Shop, enqueueOnce: EnqueueOnce): Promise<void> {
  if (await hasChanges(shop)) await enqueueOnce("segments.refresh", { shop: shop.id });
}

/** Joins answers with orders: an answer and its order that were written at the same moment did not see each other. */
const joinLateAnswers = (shop: Shop): Promise<void> => shop.db.tx((tx) => followChanges(shop, tx, new Map()));

async function enqueueSegments(shop: Shop, enqueueOnce: EnqueueOnce): Promise<void> {
  const due = await dueSegments(shop, await registryFor(shop));
  for (const segment of due) await enqueueOnce("segments.evaluate", { shop: shop.id, segment });
  if (await revenueIsDue(shop)) await enqueueOnce("segments.revenue", { shop: shop.id });
}

async function enqueuePluginEvents(shop: Shop, enqueueOnce: EnqueueOnce): Promise<void> {
  const registry = await registryFor(shop);
  await shop.db.tx((tx) => beginEvents(shop, registry, tx));
  if (await isBehind(shop, registry)) await enqueueOnce("plugins.events", { shop: shop.id });
}

async function enqueueOffers(shop: Shop, enqueueOnce: EnqueueOnce): Promise<void> {
  if (await offersAreDue(shop)) await enqueueOnce("offers.publish", { shop: shop.id });
  if (await redemptionsAreDue(shop)) await enqueueOnce("offers.redeemed", { shop: shop.id });
}

/** A fault in one plugin's schedule is marked on that plugin. The other plugins' jobs are enqueued all the same. */
export async function enqueueJobsOf(shop: Shop, { jobs, plugins }: Pick<Registry, "jobs" | "plugins">): Promise<void> {
  const history = await historyReadAt(shop);
  for (const { name, metafields = [] } of plugins)
    if (metafields.length > 0) await enqueueMetafields(shop, name, ownersOf(metafields), history);
  for (const [key, { plugin, it }] of Object.entries(jobs)) {
    const job = key.slice(plugin.length + 1);
    const due = () => (it.cron === null ? occasionOf(job, history) : dueMinute(shop, it.cron));
    await enqueueJob(shop, plugin, job, due).catch((error: unknown) => markFailed(shop, plugin, `job ${job}`, error));
  }
}

/** Reads the metafields of all owners when the plugin is new, and after each backfill. */
async function enqueueMetafields(
  shop: Shop,
  plugin: string,
  owners: readonly MetafieldOwner[],
  history: Instant | null,
): Promise<void> {
  await shop.db.tx(async (tx) => {
    if (await takeMinute(shop, tx, { plugin, job: "metafields", due: history ?? new Date(0) }))
      for (const owner of owners) await enqueue("sync.metafields", { shop: shop.id, owner, id: null }, tx);
  });
}

const enqueueJobs = async (shop: Shop): Promise<void> => enqueueJobsOf(shop, await registryFor(shop));

/** Looks one hour ahead, since each shop is looked at once an hour. */
async function nextJobDue(shop: Shop): Promise<Instant | null> {
  const now = shop.now();
  const until = new Date(now.getTime() + HOUR_MS);
  const jobs = Object.values((await registryFor(shop)).jobs);
  const dues = jobs.map(({ it }) => (it.cron === null ? null : nextDue(it.cron, shop.timeZone, now, until)));
  return dues.reduce((first, due) => (due && (!first || due < first) ? due : first), null);
}

const dueMinute = (shop: Shop, cron: string): Instant | null => {
  const now = shop.now();
  return lastDue(cron, shop.timeZone, new Date(now.getTime() - LOOK_BACK_MS), now);
};

/** `onInstalled` has always been due, and runs once. `onHistory` is due since the backfill was done. */
const occasionOf = (job: string, history: Instant | null): Instant | null =>
  job === "onInstalled" ? new Date(0) : history;

async function enqueueJob(shop: Shop, plugin: string, job: string, dueAt: () => Instant | null): Promise<void> {
  const due = dueAt();
  if (!due) return;
  await shop.db.tx(async (tx) => {
    if (await takeMinute(shop, tx, { plugin, job, due }))
      await enqueue("plugins.job", { shop: shop.id, plugin, job }, tx);
  });
}

/** By step and shop, the local hour in which this process last ran the step. Another process may run the step again. */
const done = new Map<string, string>();

/** Runs `work` at the first tick of each hour that looks at the shop. `hour`: of the shop's local time. */
async function hourly(shop: Shop, step: string, work: (hour: number) => Promise<void>): Promise<void> {
  const at = shop.now();
  const { month, day } = dayAt(at, shop.timeZone);
  const hour = hourAt(at, shop.timeZone);
  const now = [month, day, hour].join(" ");
  if (done.get(`${step} ${shop.id}`) === now) return;
  await work(hour);
  done.set(`${step} ${shop.id}`, now);
}

/** Deletes old rows. Reading the tombstones' keys encrypts them anew after a change of ENCRYPTION_KEY. */
const sweepShop = (shop: Shop): Promise<void> =>
  hourly(shop, "sweep", async () => {
    await sweepInbox(shop);
    await sweepOutbox(shop);
    await sweepAudit(shop);
    await shop.db.tx((tx) => tombstoneKeys(tx, shop.id));
  });

const lookAtExperiments = (shop: Shop, enqueueOnce: EnqueueOnce): Promise<void> =>
  hourly(shop, "experiments", async () => {
    if (await hasUnsettledExperiments(shop)) await enqueueOnce("experiments.look", { shop: shop.id });
  });

/** At night, compares the shop with Shopify, and renews the token: a refresh token that is not used expires. */
const nightly = (shop: Shop, enqueueOnce: EnqueueOnce): Promise<void> =>
  hourly(shop, "look", async (hour) => {
    if (hour !== NIGHT) return;
    await enqueueOnce("sync.reconcile", { shop: shop.id });
    for (const owner of ownersOf(metafieldsOf(await registryFor(shop))))
      await enqueueOnce("sync.metafields", { shop: shop.id, owner, id: null });
    await enqueueOnce("offers.look", { shop: shop.id, offer: null });
    await enqueueOnce("pixel.look", { shop: shop.id });
    await freshSession(shop.id);
  });

type TickStep = (shop: Shop, enqueueOnce: EnqueueOnce) => Promise<void>;
const OF_INSTALLED: TickStep[] = [
  joinLateAnswers,
  enqueueBackfill,
  enqueueRefresh,
  enqueueSegments,
  enqueueOffers,
  enqueuePluginEvents,
  enqueueJobs,
  lookAtExperiments,
  nightly,
];
const OF_KNOWN: TickStep[] = [enqueueRequests, sweepShop];

/** Each returns when something of the shop next becomes due by time alone. Null: nothing. */
const DUES: ((shop: Shop) => Promise<Instant | null>)[] = [nextSegmentDue, nextRevenueDue, nextOfferDue, nextJobDue];
