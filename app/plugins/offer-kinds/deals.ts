// Buy X get Y, and the free gift, which is buy X get Y at 100 %.
import { field, type Values } from "../../fields.ts";
import type { DiscountSpec } from "../../offers/offer-kind.ts";
import type { Deal, Least, OfferContent } from "../../offers/wire.ts";
import { defineOfferKind } from "../plugin.ts";
import { checkCode, checkLink, conditionsOf, limits, link, method, someItems, someOf } from "./settings.ts";

const NEEDS = { quantity: "offer-kinds.deal.quantity", subtotal: "offer-kinds.deal.subtotal" };

/** What the shopper must buy. */
const bought = () => ({
  needs: field.choice("offer-kinds.deal.needs", NEEDS, { initial: "quantity" }),
  buys_quantity: field.when(
    { needs: "quantity" },
    field.integer("offer-kinds.deal.quantity_value", { min: 1, max: 1000, initial: 2 }),
  ),
  buys_subtotal: field.when({ needs: "subtotal" }, field.money("offer-kinds.deal.subtotal_value", { min: 0.01 })),
  buys: someItems("offer-kinds.deal.buys"),
});

const BOUGHT = { subtotal: "buys_subtotal", count: "buys_quantity" } as const;

const leastOf = ({
  buys_quantity: quantity,
  buys_subtotal: subtotal,
}: Partial<Values<ReturnType<typeof bought>>>): Least =>
  subtotal === undefined ? { quantity: quantity ?? 1 } : { subtotal };

type Promised = {
  deal: Deal;
  code: string | null;
  href: string;
  once: boolean | undefined;
  uses: number | undefined;
};

function promised({ deal, code, href, once, uses }: Promised): {
  content: OfferContent;
  discount: DiscountSpec;
} {
  const { shown, kept } = conditionsOf({ once, uses });
  return {
    content: { shape: "discount", deal, code, href: checkLink(href), ...shown },
    // An empty title: the checkout shows the offer's name.
    discount: { title: "", grant: { kind: "deal", ...deal }, code, ...kept },
  };
}

export const buyXGetY = defineOfferKind({
  label: "offer-kinds.deal.label",
  help: "offer-kinds.deal.help",
  settings: {
    ...bought(),
    gets: someItems("offer-kinds.deal.gets"),
    gets_quantity: field.integer("offer-kinds.deal.gets_quantity", { min: 1, max: 1000, initial: 1 }),
    share: field.percent("offer-kinds.deal.share", { initial: "100" }),
    per_order: field.toggle("offer-kinds.deal.per_order", { initial: true }),
    ...method("code"),
    ...limits(),
    href: link(),
  },
  when: { code: "code" },
  unique: ["code"],
  shows: { ...BOUGHT, gets: "gets_quantity", share: "share", href: "href" },
  gives: "deal",
  resolve: (
    _context,
    { buys, gets, gets_quantity: quantity, share, per_order: one, code, href, once, uses, ...rest },
  ) =>
    promised({
      deal: {
        ...{ buys: someOf(buys), least: leastOf(rest), gets: someOf(gets), quantity, share },
        perOrder: one ? 1 : null,
      },
      ...{ code: checkCode(code), href, once, uses },
    }),
});

export const freeGift = defineOfferKind({
  label: "offer-kinds.gift.label",
  help: "offer-kinds.gift.help",
  settings: {
    ...bought(),
    gift: field.product("offer-kinds.gift.gift"),
    ...method("code"),
    ...limits(),
    href: link(),
  },
  when: { code: "code" },
  unique: ["code"],
  shows: { ...BOUGHT, href: "href" },
  gives: "deal",
  resolve: (_context, { buys, gift, code, href, once, uses, ...rest }) =>
    promised({
      deal: {
        ...{ buys: someOf(buys), least: leastOf(rest), gets: { products: [gift] } },
        ...{ quantity: 1, share: "100", perOrder: 1 },
      },
      ...{ code: checkCode(code), href, once, uses },
    }),
});
