// The built-in kinds of offers.
import { field } from "../../fields.ts";
import { defineOfferKind, definePlugin } from "../plugin.ts";
import { buyXGetY, freeGift } from "./deals.ts";
import { offerRedeemed } from "./redeemed.server.ts";
import { offerSeen } from "./seen.server.ts";
import { checkCode, checkLink, conditionsOf, items, itemsOf, limits, link, method, minimum } from "./settings.ts";

/** An empty title: the checkout shows the offer's name. */
const NAMED = { title: "" } as const;
const MINIMUM = { subtotal: "minimum_subtotal", count: "minimum_quantity" } as const;

export const offerKinds = definePlugin({
  name: "offer-kinds",
  contract: 1,
  label: "offer-kinds.label",
  description: "offer-kinds.description",
  offerKinds: {
    percentage: defineOfferKind({
      label: "offer-kinds.percentage.label",
      help: "offer-kinds.percentage.help",
      settings: {
        percent: field.percent("offer-kinds.percentage.percent", { initial: "10" }),
        ...items(),
        ...minimum(),
        ...method("automatic"),
        ...limits(),
        href: link(),
      },
      when: { code: "code" },
      unique: ["code"],
      shows: { percent: "percent", ...MINIMUM, href: "href" },
      resolve(_context, { percent, code: typed, href, ...rest }) {
        const code = checkCode(typed);
        const { shown, kept } = conditionsOf(rest);
        const items = itemsOf(rest);
        return {
          content: { shape: "discount", percent, code, href: checkLink(href), ...shown },
          discount: { ...NAMED, grant: { kind: "percent", percent, ...(items ? { items } : {}) }, code, ...kept },
        };
      },
    }),
    amount_off: defineOfferKind({
      label: "offer-kinds.amount_off.label",
      help: "offer-kinds.amount_off.help",
      settings: {
        amount: field.money("offer-kinds.amount_off.amount", { min: 0.01 }),
        ...items(),
        each: field.when({ items: ["products", "collections"] }, field.toggle("offer-kinds.amount_off.each")),
        ...minimum(),
        ...method("code"),
        ...limits(),
        href: link(),
      },
      when: { code: "code" },
      unique: ["code"],
      shows: { amount: "amount", ...MINIMUM, href: "href" },
      resolve(_context, { amount, code: typed, each, href, ...rest }) {
        const code = checkCode(typed);
        const { shown, kept } = conditionsOf(rest);
        const items = itemsOf(rest);
        const grant = { kind: "amount", amount, ...(items ? { items } : {}), ...(each ? { each } : {}) } as const;
        return {
          content: { shape: "discount", amount, code, href: checkLink(href), ...shown, ...(each ? { each } : {}) },
          discount: { ...NAMED, grant, code, ...kept },
        };
      },
    }),
    free_shipping: defineOfferKind({
      label: "offer-kinds.free_shipping.label",
      help: "offer-kinds.free_shipping.help",
      settings: { ...minimum(), ...method("code"), ...limits(), href: link() },
      when: { code: "code" },
      unique: ["code"],
      shows: { ...MINIMUM, href: "href" },
      gives: "shipping",
      resolve(_context, { code: typed, href, ...rest }) {
        const code = checkCode(typed);
        const { shown, kept } = conditionsOf(rest);
        return {
          content: { shape: "discount", shipping: true, code, href: checkLink(href), ...shown },
          discount: { ...NAMED, grant: { kind: "shipping" }, code, ...kept },
        };
      },
    }),
    buy_x_get_y: buyXGetY,
    free_gift: freeGift,
    message: defineOfferKind({
      label: "offer-kinds.message.label",
      help: "offer-kinds.message.help",
      settings: { href: link() },
      shows: { href: "href" },
      resolve: (_context, { href }) => ({ content: { shape: "message", href: checkLink(href) }, discount: null }),
    }),
  },
  attributes: { offer_redeemed: offerRedeemed, offer_seen: offerSeen },
});
