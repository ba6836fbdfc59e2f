import { attentionTo, type Attention } from "../../attention.ts";
import { readBlocks } from "../../shopify/blocks.server.ts";
import type { Shop } from "../../shop.server.ts";
import { offersAttention } from "../attention.server.ts";
import type { Offer } from "../offer.ts";
import type { OfferKinds } from "../resolve.server.ts";
import { readUsedUp } from "./used-up.server.ts";
import { seenAs, type SeenAs } from "./seen-as.ts";

export type Looked = { seen: SeenAs; attention: Attention[] };

/** Reads once, and returns a function that gives each offer's status and its entries of the attention list. */
export async function lookAtStore(shop: Shop, kinds: OfferKinds): Promise<(offer: Offer) => Looked> {
  const [troubles, { offer: block }, usedUp] = await Promise.all([
    offersAttention(shop, kinds),
    readBlocks(shop),
    shop.db.tx((tx) => readUsedUp(shop, tx)),
  ]);
  return (offer) => {
    const attention = attentionTo(offer.id, troubles);
    return { seen: seenAs(offer, block, attention, usedUp.has(offer.id)), attention };
  };
}
