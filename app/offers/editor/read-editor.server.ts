// Reads the data of an offer's page.
import { own } from "../../own.ts";
import { sql, type Tx } from "../../db.server.ts";
import { textsOf } from "../../field-view.ts";
import { viewFields } from "../../fields.ts";
import { memberCount } from "../../segments/figures.server.ts";
import { segmentsNaming } from "../../segments/naming.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { OfferEngine } from "../publishing/audiences/narrow-audience.server.ts";
import type { EditorView, KindView, OfferDraft, SegmentChoice } from "./draft/offer-draft.ts";
import type { OfferKind } from "../offer-kind.ts";
import { localesFor, type Offer } from "../offer.ts";
import { readOffer, readOffers, stateOf } from "../offer-rows.server.ts";
import { retryingOf } from "../../queue.server.ts";
import { isPassing } from "../standing/seen-as.ts";
import { lookAtStore } from "../standing/seen.server.ts";
import { liveOffers, readStandings } from "../standing/rivals.server.ts";
import type { LiveOffer, Standing } from "../standing/rivals.ts";
import { resolveOffer } from "../resolve.server.ts";
import { wallOf } from "./draft/wall-time.ts";
import type { ContextReason } from "../discount-context.ts";

type SegmentRow = SegmentChoice & { origin: string };

/** All segments, archived ones too, so that an ended offer still shows the segment it was for. */
export const readSegments = (shop: Shop, tx: Tx): Promise<SegmentRow[]> =>
  tx.rows<SegmentRow>(sql`
    select s.id, s.name, ${memberCount} as count, s.origin, s.archived_at is not null as "isArchived" from segment s
    where s.shop_id = ${shop.id} order by lower(s.name), s.id`);

/** `id` null: a new offer of that kind. Returns null where there is no such offer or kind. */
export async function readEditor(
  shop: Shop,
  engine: OfferEngine,
  { id, kind }: { id: string | null; kind: string | null },
): Promise<EditorView | null> {
  const read = await shop.db.tx(async (tx) => {
    const offer = id ? await readOffer(shop, tx, id) : null;
    const [profile] = await tx.rows<{ locale: string }>(
      sql`select locale from shop_profile where shop_id = ${shop.id}`,
    );
    return {
      offer,
      locale: profile?.locale ?? "en",
      segments: await readSegments(shop, tx),
      others: (await readOffers(shop, tx, sql`o.id <> ${id ?? ""}`)).map(({ name }) => name),
      context: offer ? await readContext(shop, tx, offer.audienceKey) : null,
      // The functions offer_redeemed and offer_seen name an offer by its handle.
      namedBy: offer ? await segmentsNaming(shop, tx, "offer", offer.handle) : [],
    };
  });
  const { offer, segments, context } = read;
  if (id && !offer) return null;
  const draft = offer
    ? draftOf(engine, offer, shop.timeZone)
    : newDraft(engine, kind, wallOf(shop.now(), shop.timeZone));
  const resolved = await resolveOffer(shop, engine.offerKinds, draft);
  const limited = resolved.ok && resolved.discount !== null;
  return {
    id,
    ...(await readSeen(shop, engine, offer)),
    draft,
    others: read.others,
    namedBy: read.namedBy,
    kinds: Object.entries(engine.offerKinds).map(([name, it]) => kindView(name, it)),
    segments: segments
      .filter((segment) => segment.origin === "merchant" && (!segment.isArchived || segment.id === draft.segment))
      .map(({ id, name, count, isArchived }) => ({ id, name, count, isArchived })),
    locales: localesFor(read.locale, draft.words),
    context: limited ? context : null,
    standing:
      offer && offer.state !== "ended" && resolved.ok
        ? await readOwnStanding(shop, engine, { offer, content: resolved.content })
        : null,
    content: resolved.ok ? resolved.content : null,
    now: wallOf(shop.now(), shop.timeZone),
  };
}

type Seen = Pick<EditorView, "version" | "state" | "seen" | "retrying" | "attention" | "mends">;

async function readSeen(shop: Shop, engine: OfferEngine, offer: Offer | null): Promise<Seen> {
  if (!offer) return { version: "", state: "draft", seen: "draft", retrying: null, attention: [], mends: false };
  const look = await lookAtStore(shop, engine.offerKinds);
  const { version, state, publication } = offer;
  const looked = look(offer);
  const retrying = isPassing(looked.seen) ? await retryingOf("offers.publish", { shop: shop.id }) : null;
  return { version: String(version), state, ...looked, retrying, mends: publication.found.length > 0 };
}

async function readContext(shop: Shop, tx: Tx, key: string | null): Promise<ContextReason | null> {
  const [row] = await tx.rows<{ reason: ContextReason | null }>(
    sql`select reason from audience where shop_id = ${shop.id} and key = ${key}`,
  );
  return row?.reason ?? null;
}

const kindView = (name: string, { label, help, settings, audience, when, shows, gives }: OfferKind): KindView => ({
  name,
  label,
  help: help ?? null,
  narrows: audience !== undefined,
  ...(when ? { when } : {}),
  ...(shows ? { shows } : {}),
  ...(gives ? { gives } : {}),
  settings: viewFields(settings),
});

const draftOf = ({ offerKinds }: OfferEngine, offer: Offer, timeZone: string): OfferDraft => ({
  kind: offer.kind,
  name: offer.name,
  segment: offer.segmentId ?? "",
  placements: offer.placements,
  holdout: String(offer.holdout),
  starts: wallOf(offer.startsAt, timeZone),
  ends: offer.endsAt ? wallOf(offer.endsAt, timeZone) : "",
  words: offer.words,
  settings: textsOf(own(offerKinds, offer.kind)?.settings ?? {}, offer.settings),
});

function newDraft({ offerKinds }: OfferEngine, asked: string | null, starts: string): OfferDraft {
  const kind = asked && own(offerKinds, asked) ? asked : (Object.keys(offerKinds)[0] ?? "");
  const settings = textsOf(offerKinds[kind]?.settings ?? {});
  return {
    kind,
    name: "",
    segment: "",
    placements: ["home", "cart"],
    holdout: "0",
    starts,
    ends: "",
    words: {},
    settings,
  };
}

/** The standing that the offer would have if it were live. Also for a draft and a paused offer. */
async function readOwnStanding(shop: Shop, engine: OfferEngine, self: LiveOffer): Promise<Standing | null> {
  const offers = await shop.db.tx((tx) => readOffers(shop, tx, sql`${stateOf(shop.now())} in ('scheduled', 'active')`));
  const live = await liveOffers(shop, engine.offerKinds, offers);
  return (await readStandings(shop, [self], live)).get(self.offer.id) ?? null;
}
