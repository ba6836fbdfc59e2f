// What is wrong with this shop's offers right now. One more entry: one more function in `LOOKS`.
import type { Attention } from "../attention.ts";
import type { Shop } from "../shop.server.ts";
import { readOffers } from "./offer-rows.server.ts";
import { faultKey, type Offer } from "./offer.ts";

/** What one offer's look is told; null: nothing is wrong there. */
type Look = (offer: Offer) => Omit<Attention, "about"> | null;

const mendOf = (offer: Offer) => ({ label: "offers.attention.open", url: `/app/offers/${offer.id}` });

/** Its kind, its settings or Shopify refused it. */
const refused: Look = (offer) =>
  offer.fault && {
    key: faultKey(offer.fault.key),
    ...(offer.fault.parameters ? { parameters: offer.fault.parameters } : {}),
    tone: "critical",
    mend: mendOf(offer),
    since: null,
  };

const LOOKS: Look[] = [refused];

/** Of offers that run or will. */
export async function offersAttention(shop: Shop): Promise<Attention[]> {
  const offers = await shop.db.tx((tx) => readOffers(shop, tx));
  return offers
    .filter(({ state }) => state === "active" || state === "scheduled")
    .flatMap((offer) =>
      LOOKS.flatMap((look) => {
        const found = look(offer);
        return found ? [{ ...found, about: { id: offer.id, name: offer.name } }] : [];
      }),
    );
}
