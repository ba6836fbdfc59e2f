// What the theme block reads: every offer that is or will be on, in one JSON value.
import { OFFER_LOCALES, type Offer } from "../offer.ts";
import { inBlockOrder } from "../standing/rivals.ts";
import { lastDay } from "../editor/draft/wall-time.ts";
import type { OfferCatalogue, OfferContent, OfferWords, PublishedOffer } from "../wire.ts";
import type { Instant } from "../../instant.ts";

/** Liquid reads the value on every page: it stays small. */
export const CATALOGUE_LIMIT = 16 * 1024;

const seconds = (instant: Instant): number => Math.floor(instant.getTime() / 1000);

export type CatalogueEntry = { offer: Offer; content: OfferContent };

/** Personal offers come before those for everyone, then the newest first: the block shows only the first few. */
type Writes = { timeZone: string; currency: string };

export function buildCatalogue(entries: readonly CatalogueEntry[], shop: Writes): OfferCatalogue {
  const ordered = entries.toSorted(inBlockOrder);
  return { offers: ordered.map(({ offer, content }) => publishedOffer(offer, content, shop)) };
}

const publishedOffer = (offer: Offer, content: OfferContent, shop: Writes): PublishedOffer => ({
  ...content,
  id: offer.id,
  audience: offer.audienceKey,
  placements: offer.placements,
  from: seconds(offer.startsAt),
  until: offer.endsAt && seconds(offer.endsAt),
  words: publishedWords(offer, content, shop),
});

function publishedWords(
  { words, endsAt }: Offer,
  content: OfferContent,
  { timeZone, currency }: Writes,
): Record<string, OfferWords> {
  // Without words of the merchant's the block says the gain in its own; date and amount still need a place.
  const silent = Object.fromEntries(OFFER_LOCALES.map((locale) => [locale, { title: "", text: "", action: "" }]));
  const spoken = Object.keys(words).length ? words : silent;
  const amount = content.shape === "discount" ? content.amount : undefined;
  return Object.fromEntries(
    Object.entries(spoken).map(([locale, said]) => [
      locale,
      {
        ...said,
        ...(endsAt ? { until: lastDay(endsAt, timeZone, locale) } : {}),
        ...(amount === undefined ? {} : { amount: moneyIn(locale, amount, currency) }),
      },
    ]),
  );
}

const moneyIn = (locale: string, amount: string, currency: string): string =>
  new Intl.NumberFormat(locale, { style: "currency", currency, trailingZeroDisplay: "stripIfInteger" }).format(
    amount as `${number}`,
  );

/** Adds offers in order while they fit; the merchant reads which are left out. */
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
