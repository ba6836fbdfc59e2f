// The job offers.publish: brings the store to what the offers say. Every step reads the present state first and is safe to
// interrupt. The steps are ordered so that the checkout grants whatever a shopper is shown.
import { adminFor, type AdminApi } from "../../shopify/admin-api.server.ts";
import { readAppData, type AppData } from "../../shopify/app-data.server.ts";
import { locked } from "../../lock.server.ts";
import { enqueue } from "../../queue.server.ts";
import type { Shop } from "../../shop.server.ts";
import { assignMarked } from "../experiment/assign-members.server.ts";
import { endExperiment } from "../../experiments/assignment/experiment.server.ts";
import { segmentOf, type Offer } from "../offer.ts";
import { readOffers } from "../offer-rows.server.ts";
import { isLive } from "../standing/seen-as.ts";
import { readUsedUp } from "../standing/used-up.server.ts";
import { archiveUnused, narrowAgain, type OfferEngine } from "./audiences/narrow-audience.server.ts";
import { findUnaddressed, forgetAudiences, settleAudiences } from "./audiences/settle-audience.server.ts";
import { markAll, markSegment } from "./customers/publication.server.ts";
import { writeCustomers } from "./customers/write-customers.server.ts";
import { faultsOf, firstError } from "./findings.server.ts";
import { publishDiscounts, removeDeleted, stopDiscounts } from "./grants/publish-discounts.server.ts";
import { noteFaults, noteShown, noteState } from "./publication-row.server.ts";
import { publishCatalogue } from "./publish-catalogue.server.ts";
import { resolveLive, type Live } from "./resolve-live.server.ts";

/** Runs at least once, one run at a time for each shop. Each step returns its findings, which are stored at the end. */
export async function publishOffers(shop: Shop, engine: OfferEngine, api?: AdminApi): Promise<void> {
  await locked(`offers.publish ${shop.id}`, async () => {
    const admin = api ?? (await adminFor(shop));
    const offers = await followTime(shop);
    const unnarrowed = await narrowAgain(shop, engine);
    const { live, lost, findings: unresolved } = await resolveLive(shop, engine.offerKinds, offers, unnarrowed);
    const unaddressed = await findUnaddressed(shop, live.map(({ offer }) => offer)); // prettier-ignore

    const stopped = await stopDiscounts(shop, admin, [...offers.filter(isOver), ...lost]);
    const undeleted = await removeDeleted(shop, admin);

    const held = await readHeld(shop, admin);
    await assignMarked(shop);
    const { audiences, findings: unsettled } = await settleAudiences(shop, admin, appIdOf(held), offersOf(live));
    const [named, others] = partition(
      live,
      ({ offer }) => audiences.get(offer.audienceKey ?? "")?.context !== "segment",
    );
    const refusedNamed = await publishDiscounts(shop, admin, named, audiences);
    const isMoreOwed = await writeCustomers(shop, admin);
    const refusedOthers = await publishDiscounts(shop, admin, others, audiences);

    const before = [
      unnarrowed,
      unresolved,
      unaddressed,
      stopped,
      undeleted,
      unsettled,
      refusedNamed,
      refusedOthers,
    ].flat();
    const failed = new Set(before.map(({ offerId }) => offerId));
    const usedUp = await shop.db.tx((tx) => readUsedUp(shop, tx));
    const sound = live.filter(({ offer }) => !failed.has(offer.id) && !usedUp.has(offer.id));
    const { shown, findings: leftOut } = await publishCatalogue(shop, admin, held, sound);

    const findings = [...before, ...leftOut];
    await noteShown(shop, shown);
    await noteFaults(shop, offers.filter(({ state }) => isLive(state)).map(({ id }) => id), faultsOf(findings)); // prettier-ignore
    await forgetAudiences(shop, admin);
    await archiveUnused(shop);
    if (isMoreOwed) await enqueue("offers.publish", { shop: shop.id });
    const error = firstError(findings);
    if (error) throw error;
  });
}

/**
 * Reads all offers. Marks the customers of offers that have ended since the last run, or that are active again because the clock
 * was ahead.
 */
const followTime = (shop: Shop): Promise<Offer[]> =>
  shop.db.tx(async (tx) => {
    const offers = await readOffers(shop, tx);
    for (const { id, state, publication, experimentId, ...offer } of offers) {
      const { settledAs } = publication;
      if (state === "draft" || state === settledAs) continue;
      if (state === "ended" && experimentId !== null) await endExperiment(shop, tx, experimentId);
      const segment = segmentOf(offer);
      if (segment && settledAs && (state === "ended") !== (settledAs === "ended")) await markSegment(shop, tx, segment);
      await noteState(shop, tx, id, state);
    }
    return offers;
  });

const isOver = ({ state }: Offer): boolean => state === "paused" || state === "ended";

/**
 * Reads the app's data in the store. Where the catalogue is missing, an uninstall deleted it together with customers' metafields.
 */
async function readHeld(shop: Shop, admin: AdminApi): Promise<AppData> {
  const held = await readAppData(admin, "offers");
  if (held.json === null) await shop.db.tx((tx) => markAll(shop, tx));
  return held;
}

const appIdOf = ({ app }: AppData): string => app.slice(app.lastIndexOf("/") + 1);

function offersOf(live: readonly Live[]): Map<string, { ids: string[]; hasDiscount: boolean }> {
  const personal = live.filter(({ offer }) => offer.audienceKey !== null);
  const byKey = Map.groupBy(personal, ({ offer }) => offer.audienceKey ?? "");
  return new Map(
    [...byKey].map(([key, entries]) => [
      key,
      { ids: entries.map(({ offer }) => offer.id), hasDiscount: entries.some(({ discount }) => discount !== null) },
    ]),
  );
}

const partition = <One>(all: readonly One[], isFirst: (one: One) => boolean): [One[], One[]] => [
  all.filter(isFirst),
  all.filter((one) => !isFirst(one)),
];
