// A visitor's cart: what the checkout takes off it, and the cards that the theme block shows on its page.
import { createProduct } from "../../../dev-store/commands/product.ts";
import { priceCart } from "../../../dev-store/discounts/price-cart.ts";
import { percentOff, type Form, type OfferShop } from "../offer-shop.ts";

export type Product = ReturnType<typeof newProduct>;
export type Bought = [Product, number][];

export const newProduct = ({ dev, store }: OfferShop, title: string, price: string) =>
  createProduct(dev.store, store, { title, variants: [{ title: "Default Title", sku: "", price }] });

/** The form of an offer of some kind, without words of its own. */
export function offerForm(kind: string, fields: Form = {}): Form {
  const { "settings.percent": _, "settings.how": _how, ...plain } = percentOff({ kind, "words.en.title": "" });
  return { ...plain, ...fields };
}

/** What the checkout makes of the cart. The delivery costs 3.95. */
export function priced({ dev, store }: OfferShop, bought: Bought, codes: string[] = []) {
  const lines = bought.map(([{ id, variants }, quantity]) => ({
    productId: id,
    variantId: variants[0]?.id ?? null,
    quantity,
    price: variants[0]?.price ?? "0",
  }));
  return priceCart(dev.store, store, { lines, codes, customerId: null, shipping: "3.95" });
}

/** The cards in the cart of a visitor with these products: the offer's id and the text. */
export async function cardsFor(it: OfferShop, bought: Bought): Promise<{ id: string; text: string }[]> {
  const items = bought.map(([{ variants }, quantity]) => ({
    variantId: variants[0]?.id ?? "",
    ...{ quantity, properties: {} },
  }));
  const html = await it.page("/cart", null, "", items);
  return [...html.matchAll(/<section\s+class="regulars-offer"[\s\S]*?<\/section>/g)].map(([card]) => ({
    id: /data-regulars-offer="([^"]*)"/.exec(card)?.[1] ?? "",
    text: card
      .replace(/<script>[\s\S]*?<\/script>/g, "")
      .replace(/<[^>]+>/g, " ")
      .replace(/\s+/g, " ")
      .trim(),
  }));
}
