// Lists what is wrong with the shop's offers at present. Each function in `LOOKS` finds one kind of problem.
import type { Attention } from "../attention.ts";
import { editorUrl, stands, type Block } from "../blocks.ts";
import { sql } from "../db.server.ts";
import { env } from "../env.server.ts";
import { stuckSince } from "../queue.server.ts";
import { readBlocks } from "../shopify/blocks.server.ts";
import { readPixel } from "../shopify/web-pixel/state.server.ts";
import { figures, memberCount } from "../segments/figures.server.ts";
import type { Shop } from "../shop.server.ts";
import { segmentOf, type Offer } from "./offer.ts";
import { readOffers, stateOf } from "./offer-rows.server.ts";
import { resolveOffer, type OfferKinds } from "./resolve.server.ts";
import { isLive, saysNothing } from "./standing/seen-as.ts";
import { readUsedUp } from "./standing/used-up.server.ts";
import type { ContextReason } from "./discount-context.ts";
import type { Instant } from "../instant.ts";

/** The segment that the offer is for, and how the discount is limited to the segment. */
type Whom = { count: number; evaluatedAt: Instant | null; fault: string | null; reason: ContextReason | null };
/** `key`: of the audience. A test has an audience for each arm. Null: the segment has no audience yet. */
type OfAudience = Whom & { id: string; key: string | null };
/** `uses`: the uses that the offer allowed, if all were used. */
type Seen = {
  offer: Offer;
  block: Block;
  whom: Whom | null;
  shape: "message" | "discount" | null;
  shop: Shop;
  uses: number | null;
};
type Entry = Omit<Attention, "about">;

/** Null: the offer does not have this problem. */
type Look = (seen: Seen) => Entry | null;

const entry = ({ id }: Offer, key: string, tone: Entry["tone"], parameters?: Entry["parameters"]): Entry => ({
  ...{ key, tone, since: null, mend: { label: "offers.attention.open", url: `/app/offers/${id}` } },
  ...(parameters ? { parameters } : {}),
});

/** The offer's kind or Shopify refused the offer. */
const refused: Look = ({ offer, offer: { publication } }) =>
  publication.fault && entry(offer, publication.fault.key, "critical", publication.fault.parameters);

/** The theme has no block on a page on which the offer is to show. A page about which nothing is known is not listed. */
const notInTheme: Look = ({ offer, block, shop }) => {
  const missing = offer.placements.filter((place) => stands(block, place) === false);
  const [first] = missing;
  if (!first) return null;
  const everywhere = missing.length === offer.placements.length;
  const now = offer.state === "active";
  const key = everywhere ? (now ? "no_block" : "no_block_yet") : "no_block_there";
  return {
    key: `offers.attention.${key}`,
    named: missing.map((place) => `offers.placement.${place}`),
    tone: everywhere && now ? "critical" : "warning",
    mend: { label: "offers.edit.switch_on", url: editorUrl(shop.domain, env.SHOPIFY_API_KEY, "offer", first) },
    since: null,
  };
};

const wordless: Look = ({ offer, shape }) =>
  shape === "message" && saysNothing(offer) ? entry(offer, "offers.attention.says_nothing", "critical") : null;

/** A segment that was never evaluated is not listed, because its count is not known yet. */
const nobody: Look = ({ offer, whom }) =>
  whom?.evaluatedAt && whom.count === 0 ? entry(offer, "offers.attention.nobody", "info") : null;

const usedUp: Look = ({ offer, uses }) =>
  uses === null ? null : entry(offer, "offers.attention.used_up", "info", { count: uses });

/** A kind that fails explains by itself why its audience is not evaluated. */
const audienceStuck: Look = ({ offer, whom }) =>
  whom?.fault && !offer.publication.fault ? entry(offer, "offers.attention.audience_stuck", "warning") : null;

const someLeftOut: Look = ({ offer, whom }) =>
  whom?.reason === "refused" ? entry(offer, "offers.attention.some_left_out", "warning") : null;

/** The changes that the merchant made to the offer's discount in Shopify. */
const inShopify = (offer: Offer): Attention[] =>
  offer.publication.found.map(({ key, parameters }) => ({
    ...entry(offer, key, offer.publication.withdrawn ? "critical" : "info", parameters),
    about: { id: offer.id, name: offer.name },
  }));

const LOOKS: Look[] = [refused, notInTheme, wordless, nobody, usedUp, audienceStuck, someLeftOut];

/** The entries of offers that are active or scheduled, or whose discount the merchant changed in Shopify. */
export async function offersAttention(shop: Shop, kinds: OfferKinds): Promise<Attention[]> {
  const { offer: block } = await readBlocks(shop);
  const { offers, whom, used } = await shop.db.tx(async (tx) => ({
    offers: await readOffers(shop, tx, sql`(${stateOf(shop.now())} in ('active', 'scheduled') or p.found <> '[]')`),
    used: await readUsedUp(shop, tx),
    whom: await tx.rows<OfAudience>(sql`
      select s.id, a.key, ${memberCount} as count, f.evaluated_at as "evaluatedAt", f.fault, a.reason from segment s ${figures}
      left join audience a on a.shop_id = s.shop_id and a.segment_id = s.id
      where s.shop_id = ${shop.id} and s.id in (
        select coalesce(o.narrowed_id, o.segment_id) from offer o
        where o.shop_id = ${shop.id} and ${stateOf(shop.now())} in ('active', 'scheduled'))`),
  }));
  const found: Attention[] = offers.flatMap(inShopify);
  for (const offer of offers.filter(({ state }) => isLive(state))) {
    // The kind is called only for an offer without words: the entry depends on what the kind draws.
    const resolved = saysNothing(offer) ? await resolveOffer(shop, kinds, offer) : null;
    const shape = resolved?.ok ? resolved.content.shape : null;
    const uses = used.get(offer.id) ?? null;
    const isOf = ({ id, key }: OfAudience) => id === segmentOf(offer) && (key === null || key === offer.audienceKey);
    const seen = { offer, block, whom: whom.find(isOf) ?? null, shape, shop, uses };
    for (const look of LOOKS) {
      const one = look(seen);
      if (one) found.push({ ...one, about: { id: offer.id, name: offer.name } });
    }
  }
  return [...found, ...(await lookAtAll(shop)), ...(offers.length > 0 ? await lookAtPixel(shop) : [])];
}

/** Without the web pixel, nobody knows who sees the offers. */
async function lookAtPixel(shop: Shop): Promise<Attention[]> {
  const { fault, askedAt } = await readPixel(shop);
  if (fault === null) return [];
  const mend = { label: "offers.attention.settings", url: "/app/settings" };
  return [{ key: "offers.attention.not_counted", about: null, tone: "info", mend, since: askedAt }];
}

/** The entries that are about no single offer. */
async function lookAtAll(shop: Shop): Promise<Attention[]> {
  const mend = { label: "offers.attention.list", url: "/app/offers" };
  const since = await stuckSince("offers.publish", { shop: shop.id });
  const [refusals] = await shop.db.tx((tx) =>
    tx.rows<{ count: number; since: Instant | null }>(sql`
      select count(*)::int as count, min(published_at) as since from publication
      where shop_id = ${shop.id} and fault is not null`),
  );
  const count = refusals?.count ?? 0;
  const all = { about: null, mend };
  return [
    ...(since === null ? [] : [{ ...all, key: "offers.attention.not_published", tone: "critical" as const, since }]),
    ...(count === 0
      ? []
      : [
          {
            ...{ ...all, key: "offers.attention.refused_customers", tone: "warning" as const },
            ...{ parameters: { count }, since: refusals?.since ?? null },
          },
        ]),
  ];
}
