// Reads the lines of the list of offers.
import { own } from "../../own.ts";
import { UserError } from "../../errors.ts";
import type { Shop } from "../../shop.server.ts";
import { readSegments } from "../editor/read-editor.server.ts";
import { segmentOf, type Narrowing, type Offer, type OfferState } from "../offer.ts";
import { readOffers } from "../offer-rows.server.ts";
import { narrowingOf, describeNarrowing, type OfferEngine } from "../publishing/audiences/narrow-audience.server.ts";
import { resolveOffer } from "../resolve.server.ts";
import { liveOffers, readStandings } from "../standing/rivals.server.ts";
import type { Standing } from "../standing/rivals.ts";
import type { SeenAs } from "../standing/seen-as.ts";
import { lookAtStore } from "../standing/seen.server.ts";
import { isCountable, type Use } from "../results/results.ts";
import { readUses } from "../results/used-orders.server.ts";
import { readTests } from "../experiment/read-test.server.ts";
import type { OfferTest } from "../experiment/test-of-offer.ts";
import type { OfferContent, Placement } from "../wire.ts";
import type { Instant } from "../../instant.ts";

export type OfferLine = {
  id: string;
  name: string;
  state: OfferState;
  /** A locale key. Null: the kind's plugin is off. */
  kind: string | null;
  content: OfferContent | null;
  segment: string | null;
  /** How the kind narrows the segment. */
  narrowing: Narrowing | null;
  /** The number of customers whom the offer is for now. Null for everyone, and for an ended offer. */
  count: number | null;
  placements: Placement[];
  startsAt: Instant;
  endsAt: Instant | null;
  /** The orders that used the offer since it began. Null: the offer has no discount, or was never published. */
  use: Use | null;
  /** Null: shoppers do not see the offer. */
  standing: Standing | null;
  seen: SeenAs;
  /** Null: the offer was never tested. */
  test: OfferTest | null;
};

export async function readOfferLines(shop: Shop, engine: OfferEngine): Promise<OfferLine[]> {
  const { offers, uses, segments, tests } = await shop.db.tx(async (tx) => {
    const offers = await readOffers(shop, tx);
    return {
      ...{ offers, uses: await readUses(shop, tx) },
      segments: new Map((await readSegments(shop, tx)).map((segment) => [segment.id, segment])),
      tests: await readTests(shop, tx, offers.map(({ id }) => id)), // prettier-ignore
    };
  });
  const live = await liveOffers(shop, engine.offerKinds, offers);
  const standings = await readStandings(shop, live, live);
  const contents = new Map(live.map(({ offer, content }) => [offer.id, content]));
  const look = await lookAtStore(shop, engine.offerKinds);
  const lines: OfferLine[] = [];
  for (const offer of offers) {
    const { id, name, state, placements, startsAt, endsAt } = offer;
    const content = contents.get(id) ?? (await contentOf(shop, engine, offer));
    lines.push({
      ...{ id, name, state, placements, startsAt, endsAt, content },
      seen: look(offer).seen,
      test: tests.get(id) ?? null,
      kind: own(engine.offerKinds, offer.kind)?.label ?? null,
      use: orUnused(uses.get(id), state, content),
      segment: offer.segmentId ? (segments.get(offer.segmentId)?.name ?? null) : null,
      standing: standings.get(id) ?? null,
      narrowing: shownNarrowing(engine, offer),
      count: segmentOf(offer) && state !== "ended" ? (segments.get(segmentOf(offer) ?? "")?.count ?? 0) : null,
    });
  }
  return lines;
}

const UNUSED: Use = { used: 0, revenue: "0", uncounted: 0 };

const orUnused = (use: Use | undefined, state: OfferState, content: OfferContent | null): Use | null =>
  use ?? (isCountable(state, content) ? UNUSED : null);

async function contentOf(shop: Shop, { offerKinds }: OfferEngine, offer: Offer): Promise<OfferContent | null> {
  const resolved = await resolveOffer(shop, offerKinds, offer);
  return resolved.ok ? resolved.content : null;
}

/** Null where the kind adds no query or fails. The plugin's page shows the failure. */
function shownNarrowing(engine: OfferEngine, offer: Offer): Narrowing | null {
  try {
    const added = narrowingOf(engine, offer);
    return added === null ? null : describeNarrowing(engine, added);
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}
