// Starts and ends the test of an offer, as the merchant's change of the offer asks. A test runs only while the offer is on: a pause
// ends the test, and resuming the offer starts another. The shares of a running test never change: a change of the share, the
// segment or the start ends the test and starts another.
import { sql, type Tx } from "../../db.server.ts";
import { endExperiment, startExperiment } from "../../experiments/assignment/experiment.server.ts";
import { BUCKETS } from "../../experiments/assignment/assignment.ts";
import { memberCount } from "../../segments/figures.server.ts";
import type { Shop } from "../../shop.server.ts";
import { segmentOf, type Offer, type OfferDefinition } from "../offer.ts";

/** The arm of the customers who do not get the offer. The arm of the others has the offer's id. */
const HOLDOUT = "holdout";

/** For a segment that is not counted yet. */
const PLANNED_IF_UNKNOWN = 1000;

/** Returns the test that the offer has after the change. An offer that is paused or ended keeps its last test. */
export async function moveExperiment(
  shop: Shop,
  tx: Tx,
  before: Offer,
  after: OfferDefinition,
): Promise<string | null> {
  const { experimentId } = before;
  const goesOn = before.wish === "on" && after.wish === "on" && isSame(shop, before, after);
  if (experimentId !== null && !goesOn) await endExperiment(shop, tx, experimentId);
  if (after.wish !== "on" || (experimentId !== null && goesOn)) return experimentId;
  const segment = segmentOf(after);
  if (after.holdout === 0 || segment === null) return null;
  return startExperiment(shop, tx, {
    // Another test of the same offer holds out other customers.
    layer: `offer ${before.id} ${before.version + 1}`,
    arms: [
      { key: HOLDOUT, share: after.holdout, isHoldout: true },
      { key: before.id, share: 100 - after.holdout, isHoldout: false },
    ],
    times: BUCKETS / 100,
    plannedPeople: (await expectedPeople(shop, tx, segment)) || PLANNED_IF_UNKNOWN,
    isShopWide: false,
    startsAt: after.startsAt > shop.now() ? after.startsAt : shop.now(),
  });
}

function isSame(shop: Shop, before: Offer, after: OfferDefinition): boolean {
  const moved = before.startsAt.getTime() !== after.startsAt.getTime();
  const isStartMoved = moved && (before.state === "scheduled" || after.startsAt > shop.now());
  return before.holdout === after.holdout && segmentOf(before) === segmentOf(after) && !isStartMoved;
}

/** The members now, and as many more as entered in the last 28 days. */
async function expectedPeople(shop: Shop, tx: Tx, segmentId: string): Promise<number> {
  const since = new Date(shop.now().getTime() - 28 * 86_400_000);
  const [row] = await tx.rows<{ people: number }>(sql`
    select (${memberCount} + (select count(*) from membership m
      where m.shop_id = s.shop_id and m.segment_id = s.id and m.entered_at > ${since}))::int as people
    from segment s where s.shop_id = ${shop.id} and s.id = ${segmentId}`);
  return row?.people ?? 0;
}
