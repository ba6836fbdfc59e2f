// What time alone brings about, looked at once a minute: segments with days in them, offers that begin and end, plugins'
// jobs, tokens that would lapse, webhooks that have been kept long enough.
import { sql } from "../db.server.ts";
import { offersAreDue } from "../offers/publish.server.ts";
import { registryFor } from "../plugins/installed.server.ts";
import { enqueue } from "../queue.server.ts";
import { dueSegments } from "../segments/build.server.ts";
import { revenueIsDue } from "../segments/revenue.server.ts";
import { installedShops, type Shop } from "../shop.server.ts";
import { freshSession } from "../shopify/tokens.server.ts";
import { lastDue, wallTimeIn } from "./cron.ts";
import { followChanges } from "./pipeline.server.ts";
import { sweep } from "./sweep.server.ts";

/** A worker that was down for longer does not make up for it. */
const LOOK_BACK_MS = 3_600_000;
const NIGHT = 4;

/** One shop's fault is no other's. */
export async function tick(now = () => new Date()): Promise<void> {
  for (const shop of await installedShops(now)) {
    for (const step of [bindLate, leaveSegments, leaveOffers, leaveJobs, keepHouse]) {
      await step(shop).catch((error: Error) => shop.log.error({ err: error, step: step.name }, "tick"));
    }
  }
}

/** An answer and its order that were written at the same moment did not see each other. */
const bindLate = (shop: Shop): Promise<void> => shop.db.tx((tx) => followChanges(shop, tx, new Map()));

async function leaveSegments(shop: Shop): Promise<void> {
  const due = await dueSegments(shop, await registryFor(shop));
  for (const segment of due) await enqueue("segments.evaluate", { shop: shop.id, segment });
  if (await revenueIsDue(shop)) await enqueue("segments.revenue", { shop: shop.id });
}

async function leaveOffers(shop: Shop): Promise<void> {
  if (await offersAreDue(shop)) await enqueue("offers.publish", { shop: shop.id });
}

/** A job's due minute is taken once, by whichever process is first. */
async function leaveJobs(shop: Shop): Promise<void> {
  const { jobs } = await registryFor(shop);
  const now = shop.now();
  for (const [key, { plugin, it }] of Object.entries(jobs)) {
    const job = key.slice(plugin.length + 1);
    const due = lastDue(it.cron, shop.timeZone, new Date(now.getTime() - LOOK_BACK_MS), now);
    if (!due) continue;
    await shop.db.tx(async (tx) => {
      const taken = await tx.run(sql`
        insert into plugin_state as s (shop_id, plugin, job_ran_at)
        select id, ${plugin}, jsonb_build_object(${job}::text, ${due.toISOString()}::text)
        from shop where id = ${shop.id} for key share
        on conflict (shop_id, plugin) do update set job_ran_at = s.job_ran_at || excluded.job_ran_at
        where coalesce(s.job_ran_at->>${job}::text, '') < ${due.toISOString()}`);
      if (taken) await enqueue("plugins.job", { shop: shop.id, plugin, job }, tx);
    });
  }
}

/** By shop, the hour of its clock in which this process last kept house. All of it may be done twice. */
const kept = new Map<string, string>();

/**
 * Once an hour, at whichever of its minutes the clock comes by; by night the shop is compared with Shopify, and its token
 * is renewed before a quiet season ends it.
 */
async function keepHouse(shop: Shop): Promise<void> {
  const { month, day, hour } = wallTimeIn(shop.timeZone, shop.now());
  const now = [month, day, hour].join(" ");
  if (kept.get(shop.id) === now) return;
  await sweep(shop);
  if (hour === NIGHT) {
    await enqueue("sync.reconcile", { shop: shop.id });
    await freshSession(shop.id);
  }
  kept.set(shop.id, now);
}
