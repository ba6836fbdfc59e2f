import { openStayOf } from "../../customers/open-stay.server.ts";
import { sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { segmentOf, type Offer } from "../offer.ts";
import { resolveOffer, type OfferKinds } from "../resolve.server.ts";
import { readUsedUp } from "./used-up.server.ts";
import { isLive } from "./seen-as.ts";
import { standingOf, type LiveOffer, type Standing, type Together } from "./rivals.ts";

/** Counts the customers who are in two segments now, in one statement for all pairs. */
async function readTogether(shop: Shop, tx: Tx, segments: string[]): Promise<Together> {
  if (segments.length === 0) return () => 0;
  const rows = await tx.rows<{ a: string; b: string; count: number }>(sql`
    select a.segment_id as a, b.segment_id as b, count(*)::int as count from membership a
    join membership b on b.shop_id = a.shop_id and b.customer_id = a.customer_id and ${openStayOf(sql`b`)}
      and b.segment_id = any (${segments}) and b.segment_id >= a.segment_id
    where a.shop_id = ${shop.id} and ${openStayOf(sql`a`)} and a.segment_id = any (${segments}) group by 1, 2`);
  const counts = new Map(rows.map(({ a, b, count }) => [`${a} ${b}`, count]));
  return (a, b) => counts.get(`${a} ${b}`) ?? counts.get(`${b} ${a}`) ?? 0;
}

const isHeld = ({ state, publication }: Offer): boolean =>
  !publication.fault && !publication.withdrawn && isLive(state);

/** The offers that shoppers get. An offer whose kind or discount failed, or whose discount was changed, and a used-up offer is left out. */
export async function liveOffers(shop: Shop, kinds: OfferKinds, offers: Offer[]): Promise<LiveOffer[]> {
  const usedUp = await shop.db.tx((tx) => readUsedUp(shop, tx));
  const live: LiveOffer[] = [];
  for (const offer of offers.filter((one) => isHeld(one) && !usedUp.has(one.id))) {
    const resolved = await resolveOffer(shop, kinds, offer);
    if (resolved.ok) live.push({ offer, content: resolved.content });
  }
  return live;
}

/** The standing of each offer among the live offers, as if the offer were live itself. By the offer's id. */
export async function readStandings(shop: Shop, asked: LiveOffer[], live: LiveOffer[]): Promise<Map<string, Standing>> {
  const segments = [...new Set([...asked, ...live].flatMap(({ offer }) => segmentOf(offer) ?? []))];
  const together = await shop.db.tx((tx) => readTogether(shop, tx, segments));
  return new Map(
    asked.map((self) => [
      self.offer.id,
      standingOf(
        self,
        live.filter(({ offer }) => offer.id !== self.offer.id),
        together,
        shop.now(),
      ),
    ]),
  );
}
