// What each job does. Of the jobs of one name, one job of a shop (of a plugin's jobs, one of a plugin) runs at a time. A job that
// throws is tried again.
import { joinWaiting } from "../customers/activity/visitors.server.ts";
import { lookAtExperiments } from "../experiments/outcomes/look.server.ts";
import { lookAtOffers } from "../offers/publishing/look.server.ts";
import { emitRedemptions } from "../offers/redemptions.server.ts";
import { publishOffers } from "../offers/publishing/publish.server.ts";
import { registryFor } from "../plugins/installed.server.ts";
import { metafieldsOf } from "../plugins/registry.server.ts";
import { runJob } from "../plugins/running/jobs/runs.server.ts";
import type { JobData, JobName } from "../queue.server.ts";
import { evaluateSegment } from "../segments/memberships/build.server.ts";
import { drainCustomerChanges } from "../segments/memberships/membership.server.ts";
import { addUpRevenue } from "../segments/memberships/revenue.server.ts";
import { openShop, type Shop } from "../shop.server.ts";
import { lookAtPixel } from "../shopify/web-pixel/look.server.ts";
import { publishSurveys } from "../surveys/publish.server.ts";
import { noteInterrupted } from "../sync/progress.server.ts";
import { comply } from "../sync/compliance/compliance.server.ts";
import type { Source } from "../sync/source.ts";
import { syncMetafields } from "../sync/sources/shopify/metafields.server.ts";
import { SOURCES } from "../sync/sources/sources.server.ts";
import { eraseSteps } from "./erasure.server.ts";
import { enqueueEvents, deliverEvents } from "./plugin-events.server.ts";
import { followChanges, settleMoves } from "./pipeline.server.ts";
import { tick } from "./schedule.server.ts";

type Work = { [N in JobName]: (data: JobData[N]) => Promise<void> };

/** Opens the job's shop. Does nothing if the shop has been uninstalled meanwhile. */
const inShop =
  <Data extends { shop: string }>(work: (shop: Shop, data: Data) => Promise<unknown>) =>
  async (data: Data): Promise<void> => {
    const shop = await openShop(data.shop);
    if (shop) await work(shop, data);
  };

/** Runs the work of one source after the other. */
const inEachSource = (work: (shop: Shop, source: Source) => Promise<unknown> | undefined) =>
  inShop(async (shop) => {
    for (const source of SOURCES) await work(shop, source);
  });

export const JOBS: Work = {
  "schedule.tick": () => tick(),
  "segments.refresh": inShop(async (shop) => {
    const engine = await registryFor(shop);
    while (await drainCustomerChanges(shop, engine, settleMoves(shop)));
    await enqueueEvents(shop, engine);
  }),
  "segments.evaluate": inShop<JobData["segments.evaluate"]>(async (shop, { segment }) => {
    const engine = await registryFor(shop);
    await evaluateSegment(shop, segment, engine, settleMoves(shop));
    await enqueueEvents(shop, engine);
  }),
  "segments.revenue": inShop(addUpRevenue),
  "offers.publish": inShop(async (shop) => publishOffers(shop, await registryFor(shop))),
  "offers.redeemed": inShop(async (shop) => {
    await emitRedemptions(shop);
    await enqueueEvents(shop, await registryFor(shop));
  }),
  "offers.look": inShop<JobData["offers.look"]>(async (shop, { offer }) =>
    lookAtOffers(shop, await registryFor(shop), offer),
  ),
  "experiments.look": inShop(lookAtExperiments),
  "surveys.publish": inShop(async (shop) => publishSurveys(shop, (await registryFor(shop)).questionKinds)),
  "pixel.join": inShop(joinWaiting),
  "pixel.look": inShop((shop) => lookAtPixel(shop)),
  "plugins.job": inShop<JobData["plugins.job"]>(async (shop, { plugin, job }) => {
    const it = (await registryFor(shop)).jobs[`${plugin}/${job}`]?.it;
    if (it) await runJob(shop, plugin, job, it);
  }),
  "plugins.events": inShop(async (shop) => deliverEvents(shop, await registryFor(shop))),
  "sync.backfill": inEachSource((shop, source) => source.history?.(shop, followChanges)),
  "sync.reconcile": inEachSource((shop, source) => source.reconcile?.(shop, followChanges)),
  "sync.metafields": inShop<JobData["sync.metafields"]>(async (shop, asked) =>
    syncMetafields(shop, metafieldsOf(await registryFor(shop)), asked),
  ),
  "sync.comply": ({ shop, request }) => comply(shop, request, eraseSteps),
};

/** Runs after a job's last try has failed. The next tick tries the job again. */
export const LAST_TRY_FAILED: Partial<Work> = { "sync.backfill": inShop(noteInterrupted) };
