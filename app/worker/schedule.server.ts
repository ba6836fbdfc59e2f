// What time alone brings about, looked at once a minute: segments with days in them, offers that begin and end, plugins'
// jobs, tokens that would lapse, webhooks that have been kept long enough. And work that is owed while its job is gone:
// whatever broke a job, the work is taken up again without a person.
import { createHash } from "node:crypto";
import { dueShops, rowsOf, settleClock } from "../clock.server.ts";
import { hasChanges } from "../customers/facts/customer-changes.server.ts";
import type { MetafieldOwner } from "../customers/facts/metafields.server.ts";
import { tombstoneKeys } from "../tombstone-key.server.ts";
import { sweepOutbox } from "../outbox.server.ts";
import { nextOfferDue, offersAreDue } from "../offers/publishing/publish.server.ts";
import { lastDue, nextDue, wallTimeIn } from "../plugins/cron.ts";
import { markFailed } from "../plugins/guard.server.ts";
import { registryFor } from "../plugins/installed.server.ts";
import { takeMinute } from "../plugins/job-minutes.server.ts";
import { metafieldsOf, ownersOf, type Registry } from "../plugins/registry.server.ts";
import { enqueue, pendingJobs, retryFailedJobs, type JobData, type JobName } from "../queue.server.ts";
import { dueSegments, nextSegmentDue } from "../segments/memberships/build.server.ts";
import { nextRevenueDue, revenueIsDue } from "../segments/memberships/revenue.server.ts";
import { knownShops, wallClock, type Shop } from "../shop.server.ts";
import { freshSession } from "../shopify/tokens.server.ts";
import { historyReadAt, isHistoryOwed } from "../sync/progress.server.ts";
import { nextRequestDue, openRequests } from "../sync/compliance/compliance.server.ts";
import { isBehind } from "./plugin-events.server.ts";
import { followChanges } from "./pipeline.server.ts";
import { sweepInbox } from "../sync/inbox/sweep.server.ts";
import type { Instant } from "../instant.ts";

const HOUR_MS = 3_600_000;
/** A worker that was down for longer does not make up for it. */
const LOOK_BACK_MS = HOUR_MS;
const NIGHT = 4;

const SHOPS_AT_ONCE = 4;

/** Leaves a job for what is owed, unless one lives. */
type Leave = <N extends JobName>(name: N, data: JobData[N]) => Promise<void>;

/** The first tick of a process looks at every shop: what is due may have another reading since the app was last built. */
let hasLookedAtAll = false;

/** Looks at the shops that are due. One shop's fault is no other's. */
export async function tick(now = wallClock): Promise<void> {
  await retryFailedJobs();
  const lives = await pendingJobs();
  const due = await dueShops(now());
  // The law's requests and the sweep are of every shop that is known: most requests come after the merchant has left.
  const shops = await knownShops(now, hasLookedAtAll ? due : undefined);
  const known = new Set(shops.map(({ id }) => id));
  for (const id of due) if (!known.has(id)) await settleClock(id, await rowsOf(id), null);
  await inLanes(shops, (shop) => lookAt(shop, lives));
  hasLookedAtAll = true;
}

/** One step's fault is no other's. What is owed, or could not be looked at, is looked at by the next tick. */
async function lookAt(
  shop: Shop & { installed: boolean },
  lives: Awaited<ReturnType<typeof pendingJobs>>,
): Promise<void> {
  const answered = await rowsOf(shop.id);
  const now = shop.now();
  let next = hourMark(shop.id, now);
  const sooner = (at: Instant | null) => void (next = at && at < next ? at : next);
  const leave: Leave = async (name, data) => {
    sooner(now);
    if (!lives(name, data)) await enqueue(name, data);
  };
  const attempt = (work: Promise<unknown>, step: string) =>
    work.catch((error: Error) => {
      sooner(now);
      shop.log.error({ err: error, step }, "tick");
    });
  for (const step of shop.installed ? [...OF_INSTALLED, ...OF_KNOWN] : OF_KNOWN)
    await attempt(step(shop, leave), step.name);
  for (const nextDueOf of shop.installed ? DUES : [nextRequestDue])
    await attempt(nextDueOf(shop).then(sooner), nextDueOf.name);
  await settleClock(shop.id, answered, next);
}

/** Each shop is looked at once an hour, at a minute of its own: not all at once. */
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

async function leaveRequests(shop: Shop, leave: Leave): Promise<void> {
  for (const request of await openRequests(shop.id)) await leave("sync.comply", { shop: shop.id, request });
}

async function leaveHistory(shop: Shop, leave: Leave): Promise<void> {
  if (await isHistoryOwed(shop)) await leave("sync.backfill", { shop: shop.id });
}

async function leaveChanges(shop: Shop, leave: Leave): Promise<void> {
  if (await hasChanges(shop)) await leave("segments.refresh", { shop: shop.id });
}

/** An answer and its order that were written at the same moment did not see each other. */
const bindLate = (shop: Shop): Promise<void> => shop.db.tx((tx) => followChanges(shop, tx, new Map()));

async function leaveSegments(shop: Shop, leave: Leave): Promise<void> {
  const due = await dueSegments(shop, await registryFor(shop));
  for (const segment of due) await leave("segments.evaluate", { shop: shop.id, segment });
  if (await revenueIsDue(shop)) await leave("segments.revenue", { shop: shop.id });
}

async function leaveTold(shop: Shop, leave: Leave): Promise<void> {
  if (await isBehind(shop, await registryFor(shop))) await leave("plugins.events", { shop: shop.id });
}

async function leaveOffers(shop: Shop, leave: Leave): Promise<void> {
  if (await offersAreDue(shop)) await leave("offers.publish", { shop: shop.id });
}

/** A fault in one plugin's schedule is marked on that plugin, and the next plugin's jobs are left all the same. */
export async function leaveJobsOf(shop: Shop, { jobs, plugins }: Pick<Registry, "jobs" | "plugins">): Promise<void> {
  const history = await historyReadAt(shop);
  for (const { name, metafields = [] } of plugins)
    if (metafields.length > 0) await leaveMetafields(shop, name, ownersOf(metafields), history);
  for (const [key, { plugin, it }] of Object.entries(jobs)) {
    const job = key.slice(plugin.length + 1);
    const due = () => (it.cron === null ? occasionOf(job, history) : dueMinute(shop, it.cron));
    await leaveJob(shop, plugin, job, due).catch((error: unknown) => markFailed(shop, plugin, `job ${job}`, error));
  }
}

/** When the plugin is first there, and after each history: its metafields are read of all who may have them. */
async function leaveMetafields(
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

const leaveJobs = async (shop: Shop): Promise<void> => leaveJobsOf(shop, await registryFor(shop));

/** Within the hour: each shop is looked at once an hour. */
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

/** `onInstalled` is due since ever, and taken once; `onHistory` since the history was read. */
const occasionOf = (job: string, history: Instant | null): Instant | null =>
  job === "onInstalled" ? new Date(0) : history;

async function leaveJob(shop: Shop, plugin: string, job: string, dueAt: () => Instant | null): Promise<void> {
  const due = dueAt();
  if (!due) return;
  await shop.db.tx(async (tx) => {
    if (await takeMinute(shop, tx, { plugin, job, due }))
      await enqueue("plugins.job", { shop: shop.id, plugin, job }, tx);
  });
}

/** By step and shop, the hour of its clock in which this process last did it. All of it may be done twice. */
const done = new Map<string, string>();

/** Once an hour, at whichever of its minutes the clock comes by. */
async function hourly(shop: Shop, step: string, work: (hour: number) => Promise<void>): Promise<void> {
  const { month, day, hour } = wallTimeIn(shop.timeZone, shop.now());
  const now = [month, day, hour].join(" ");
  if (done.get(`${step} ${shop.id}`) === now) return;
  await work(hour);
  done.set(`${step} ${shop.id}`, now);
}

/** A key that the app's last key sealed is sealed anew as it is read. */
const keepHouse = (shop: Shop): Promise<void> =>
  hourly(shop, "sweep", async () => {
    await sweepInbox(shop);
    await sweepOutbox(shop);
    await shop.db.tx((tx) => tombstoneKeys(tx, shop.id));
  });

/** By night the shop is compared with Shopify, and its token is renewed before a quiet season ends it. */
const lookAtNight = (shop: Shop, leave: Leave): Promise<void> =>
  hourly(shop, "look", async (hour) => {
    if (hour !== NIGHT) return;
    await leave("sync.reconcile", { shop: shop.id });
    for (const owner of ownersOf(metafieldsOf(await registryFor(shop))))
      await leave("sync.metafields", { shop: shop.id, owner, id: null });
    await leave("offers.look", { shop: shop.id, offer: null });
    await freshSession(shop.id);
  });

type AStep = (shop: Shop, leave: Leave) => Promise<void>;
const OF_INSTALLED: AStep[] = [
  bindLate,
  leaveHistory,
  leaveChanges,
  leaveSegments,
  leaveOffers,
  leaveTold,
  leaveJobs,
  lookAtNight,
];
const OF_KNOWN: AStep[] = [leaveRequests, keepHouse];

/** When time alone next makes something of the shop due; null: at no time that is known. */
const DUES: ((shop: Shop) => Promise<Instant | null>)[] = [nextSegmentDue, nextRevenueDue, nextOfferDue, nextJobDue];
