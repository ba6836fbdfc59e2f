// What the offers' pages read and what their buttons do.
import { own } from "../../own.ts";
import { sql, type Tx } from "../../db.server.ts";
import { outcomeOf, UserError, type Outcome } from "../../errors.ts";
import { textsOf } from "../../field-view.ts";
import { viewFields } from "../../fields.ts";
import type { Shop } from "../../shop.server.ts";
import { narrowingOf, tellNarrowing, type OfferEngine } from "../publishing/narrow-audience.server.ts";
import type { EditorView, KindView, OfferDraft, SegmentChoice } from "./offer-draft.ts";
import type { OfferKind } from "../offer-kind.ts";
import { keyOf, localesFor, type Narrowing, type Offer, type OfferState } from "../offer.ts";
import { readOffer, readOffers } from "../offer-rows.server.ts";
import {
  deleteOffer,
  duplicateOffer,
  endOffer,
  mendOffer,
  pauseOffer,
  publishOffer,
  saveOffer,
  seenIn,
} from "../offer.server.ts";
import { lookAtStore } from "../seen.server.ts";
import { liveOffers, readStandings } from "../rivals.server.ts";
import type { LiveOffer, Standing } from "../rivals.ts";
import { resolveOffer } from "../resolve.server.ts";
import type { SeenAs } from "../seen-as.ts";
import { wallOf } from "./wall-time.ts";
import type { WayReason } from "../way.ts";
import type { OfferContent, Placement } from "../wire.ts";
import type { Instant } from "../../instant.ts";

export type OfferLine = {
  id: string;
  name: string;
  state: OfferState;
  /** Key of a locale file; null when its plugin is off. */
  kind: string | null;
  content: OfferContent | null;
  segment: string | null;
  /** How its kind narrows that. */
  narrowing: Narrowing | null;
  /** Customers it is for now; null for everyone. */
  count: number | null;
  placements: Placement[];
  startsAt: Instant;
  endsAt: Instant | null;
  /** Null for an offer that shoppers do not get. */
  standing: Standing | null;
  seen: SeenAs;
};

type SegmentRow = SegmentChoice & { origin: string };

const readSegments = (shop: Shop, tx: Tx): Promise<SegmentRow[]> =>
  tx.rows<SegmentRow>(sql`
    select id, name, member_count as count, origin from segment
    where shop_id = ${shop.id} and archived_at is null order by lower(name), id`);

export async function readOfferLines(shop: Shop, engine: OfferEngine): Promise<OfferLine[]> {
  const { offers, segments } = await shop.db.tx(async (tx) => ({
    offers: await readOffers(shop, tx),
    segments: new Map((await readSegments(shop, tx)).map((segment) => [segment.id, segment])),
  }));
  const live = await liveOffers(shop, engine.offerKinds, offers);
  const standings = await readStandings(shop, live, live);
  const contents = new Map(live.map(({ offer, content }) => [offer.id, content]));
  const look = await lookAtStore(shop, engine.offerKinds);
  const lines: OfferLine[] = [];
  for (const offer of offers) {
    const { id, name, state, placements, startsAt, endsAt } = offer;
    lines.push({
      ...{ id, name, state, placements, startsAt, endsAt },
      seen: look(offer).seen,
      kind: own(engine.offerKinds, offer.kind)?.label ?? null,
      content: contents.get(id) ?? (await contentOf(shop, engine, offer)),
      segment: offer.segmentId ? (segments.get(offer.segmentId)?.name ?? null) : null,
      standing: standings.get(id) ?? null,
      narrowing: narrowingTold(engine, offer),
      count: keyOf(offer) ? (segments.get(keyOf(offer) ?? "")?.count ?? 0) : null,
    });
  }
  return lines;
}

async function contentOf(shop: Shop, { offerKinds }: OfferEngine, offer: Offer): Promise<OfferContent | null> {
  const resolved = await resolveOffer(shop, offerKinds, offer);
  return resolved.ok ? resolved.content : null;
}

/** Null too where the kind fails in it: its plugin's page says so, and the list stays. */
function narrowingTold(engine: OfferEngine, offer: Offer): Narrowing | null {
  try {
    const added = narrowingOf(engine, offer);
    return added === null ? null : tellNarrowing(engine, added);
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** Null id: a new one of that kind. Null when there is none such. */
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
      way: offer ? await readWay(shop, tx, keyOf(offer)) : null,
    };
  });
  const { offer, segments, way } = read;
  if (id && !offer) return null;
  const draft = offer
    ? draftOf(engine, offer, shop.timeZone)
    : newDraft(engine, kind, wallOf(shop.now(), shop.timeZone));
  const resolved = await resolveOffer(shop, engine.offerKinds, draft);
  const limited = resolved.ok && resolved.discount !== null;
  return {
    id,
    ...(await tellSeen(shop, engine, offer)),
    draft,
    others: read.others,
    kinds: Object.entries(engine.offerKinds).map(([name, it]) => kindView(name, it)),
    segments: segments
      .filter(({ origin }) => origin === "merchant")
      .map(({ id, name, count }) => ({ id, name, count })),
    locales: localesFor(read.locale, draft.words),
    way: limited ? way : null,
    standing:
      offer && offer.state !== "ended" && resolved.ok
        ? await readOwnStanding(shop, engine, { offer, content: resolved.content })
        : null,
    content: resolved.ok ? resolved.content : null,
    now: wallOf(shop.now(), shop.timeZone),
  };
}

type Told = Pick<EditorView, "version" | "state" | "seen" | "attention" | "mends">;

async function tellSeen(shop: Shop, engine: OfferEngine, offer: Offer | null): Promise<Told> {
  if (!offer) return { version: "", state: "draft", seen: "draft", attention: [], mends: false };
  const look = await lookAtStore(shop, engine.offerKinds);
  const { version, state, found } = offer;
  return { version, state, ...look(offer), mends: found.length > 0 };
}

async function readWay(shop: Shop, tx: Tx, key: string | null): Promise<WayReason | null> {
  const [row] = await tx.rows<{ reason: WayReason }>(
    sql`select reason from audience where shop_id = ${shop.id} and segment_id = ${key}`,
  );
  return row?.reason ?? null;
}

const kindView = (name: string, { label, help, settings, audience, when, shows }: OfferKind): KindView => ({
  name,
  label,
  help: help ?? null,
  narrows: audience !== undefined,
  ...(when ? { when } : {}),
  ...(shows ? { shows } : {}),
  settings: viewFields(settings),
});

const draftOf = ({ offerKinds }: OfferEngine, offer: Offer, timeZone: string): OfferDraft => ({
  kind: offer.kind,
  name: offer.name,
  segment: offer.segmentId ?? "",
  placements: offer.placements,
  starts: wallOf(offer.startsAt, timeZone),
  ends: offer.endsAt ? wallOf(offer.endsAt, timeZone) : "",
  words: offer.words,
  settings: textsOf(own(offerKinds, offer.kind)?.settings ?? {}, offer.settings),
});

function newDraft({ offerKinds }: OfferEngine, asked: string | null, starts: string): OfferDraft {
  const kind = asked && own(offerKinds, asked) ? asked : (Object.keys(offerKinds)[0] ?? "");
  const settings = textsOf(offerKinds[kind]?.settings ?? {});
  return { kind, name: "", segment: "", placements: ["home", "cart"], starts, ends: "", words: {}, settings };
}

/** Of a draft and a paused offer too: what would be so if it were live. */
async function readOwnStanding(shop: Shop, engine: OfferEngine, self: LiveOffer): Promise<Standing | null> {
  const offers = await shop.db.tx((tx) => readOffers(shop, tx, sql`o.state in ('scheduled', 'active')`));
  const live = await liveOffers(shop, engine.offerKinds, offers);
  return (await readStandings(shop, [self], live)).get(self.offer.id) ?? null;
}

type Moved = { id: string; seen: string | null };
type Move = (shop: Shop, engine: OfferEngine, moved: Moved) => Promise<void>;
const MOVES: ReadonlyMap<string, Move> = new Map<string, Move>(
  Object.entries({
    publish: (shop, engine, { id, seen }) => publishOffer(shop, engine, id, seen),
    pause: (shop, _engine, { id }) => pauseOffer(shop, id),
    mend: (shop, _engine, { id }) => mendOffer(shop, id),
    end: (shop, _engine, { id }) => endOffer(shop, id),
    delete: (shop, _engine, { id }) => deleteOffer(shop, id),
  } satisfies Record<string, Move>),
);

/** What the editor's buttons do: `save`, `publish`, `pause`, `mend`, `end`, `delete`, `duplicate`. `next` is the page to go to. */
export const actOnOffer = (
  shop: Shop,
  engine: OfferEngine,
  id: string | null,
  form: FormData,
): Promise<Outcome<{ next: string | null }>> =>
  outcomeOf(async () => {
    const intent = String(form.get("intent"));
    if (intent === "save") {
      const saved = await saveOffer(shop, engine, id, form);
      return saved.ok ? { ok: true, next: id === null ? `/app/offers/${saved.id}` : null } : saved;
    }
    if (id === null) throw new UserError("offers.fault.gone");
    await MOVES.get(intent)?.(shop, engine, { id, seen: seenIn(form) });
    if (intent === "duplicate") {
      const copy = await duplicateOffer(shop, engine.offerKinds, id, String(form.get("name") ?? "").slice(0, 120));
      return { ok: true, next: `/app/offers/${copy}` };
    }
    return { ok: true, next: intent === "delete" ? `/app/offers?deleted=${id}` : null };
  });
