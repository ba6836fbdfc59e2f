// Writes the catalogue that the theme block reads: all active and scheduled offers, as one JSON value.
import { OFFER_LOCALES, type Offer } from "../offer.ts";
import { inBlockOrder } from "../standing/rivals.ts";
import { lastDay } from "../editor/draft/wall-time.ts";
import type { OfferCatalogue, OfferContent, OfferWords, PublishedOffer } from "../wire.ts";
import { itemWords, type Titles } from "../screens/item-words.ts";
import { moneyWords } from "../screens/money-words.ts";
import type { Instant } from "../../instant.ts";

/** Bytes. Liquid reads the catalogue on every page, so the catalogue stays small. */
export const CATALOGUE_LIMIT = 16 * 1024;

const seconds = (instant: Instant): number => Math.floor(instant.getTime() / 1000);

/** `used`: the key of customers who have used up the code. */
export type CatalogueEntry = { offer: Offer; content: OfferContent; used?: string | null };

/** `titles`: of the products and collections that the offers name. */
type Writes = { timeZone: string; currency: string; titles: Titles };

export function buildCatalogue(entries: readonly CatalogueEntry[], shop: Writes): OfferCatalogue {
  const ordered = entries.toSorted(inBlockOrder);
  return { offers: ordered.map((entry) => publishedOffer(entry, shop)) };
}

function publishedOffer({ offer, content, used }: CatalogueEntry, shop: Writes): PublishedOffer {
  return {
    ...content,
    id: offer.id,
    audience: offer.audienceKey,
    ...(used ? { used } : {}),
    placements: offer.placements,
    from: seconds(offer.startsAt),
    until: offer.endsAt && seconds(offer.endsAt),
    words: publishedWords(offer, content, shop),
  };
}

function publishedWords(
  { words, endsAt }: Offer,
  content: OfferContent,
  { timeZone, currency, titles }: Writes,
): Record<string, OfferWords> {
  // Without the merchant's words, the block writes the discount in its own words. Each language still needs an entry for the date
  // and the amount.
  const silent = Object.fromEntries(OFFER_LOCALES.map((locale) => [locale, { title: "", text: "", action: "" }]));
  const spoken = Object.keys(words).length ? words : silent;
  return Object.fromEntries(
    Object.entries(spoken).map(([locale, said]) => [
      locale,
      {
        ...said,
        ...(endsAt ? { until: lastDay(endsAt, timeZone, locale) } : {}),
        ...moneyWords(content, { locale, currency }),
        ...itemWords(content, titles, locale),
      },
    ]),
  );
}

/**
 * Adds offers in their order while they fit. `left`: the ids of the offers that do not fit, which the merchant sees as faults.
 */
export function fitCatalogue(catalogue: OfferCatalogue, limit = CATALOGUE_LIMIT): { text: string; left: string[] } {
  const offers: PublishedOffer[] = [];
  const left: string[] = [];
  let text = JSON.stringify({ offers });
  for (const offer of catalogue.offers) {
    const longer = JSON.stringify({ offers: [...offers, offer] });
    if (Buffer.byteLength(longer) > limit) left.push(offer.id);
    else {
      offers.push(offer);
      text = longer;
    }
  }
  return { text, left };
}
