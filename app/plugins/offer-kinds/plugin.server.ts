// The built-in kinds of offers.
import { UserError } from "../../errors.ts";
import { field } from "../../fields.ts";
import { defineOfferKind, definePlugin } from "../plugin.ts";
import { offerRedeemed } from "./redeemed.server.ts";

const HOW = { automatic: "offer-kinds.percentage.automatic", code: "offer-kinds.percentage.by_code" };
/** Only characters that a customer can type and that need no escaping in a link. */
const CODE = /^[A-Za-z0-9][A-Za-z0-9_-]{2,39}$/;

/** Refuses `/\example.com`, which a browser reads as the address of another host. */
function checkLink(href: string): string | null {
  if (href.startsWith("/\\")) throw new UserError("app.field.not_an_address", {}, "href");
  return href || null;
}

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
        how: field.choice("offer-kinds.percentage.how", HOW, { initial: "automatic" }),
        code: field.when(
          { how: "code" },
          field.text("offer-kinds.percentage.code", {
            optional: true,
            max: 40,
            help: "offer-kinds.percentage.code_help",
          }),
        ),
        href: field.url("offer-kinds.link", { optional: true, help: "offer-kinds.link_help" }),
      },
      when: { code: "code" },
      unique: ["code"],
      shows: { percent: "percent", href: "href" },
      resolve(_context, { percent, code = null, href }) {
        if (code !== null && !CODE.test(code)) throw new UserError("offer-kinds.percentage.code_fault", {}, "code");
        return {
          content: { shape: "discount", percent: plain(percent), code, href: checkLink(href) },
          // An empty title: the checkout shows the offer's name.
          discount: { title: "", grant: { kind: "percent", percent }, code },
        };
      },
    }),
    message: defineOfferKind({
      label: "offer-kinds.message.label",
      help: "offer-kinds.message.help",
      settings: { href: field.url("offer-kinds.link", { optional: true, help: "offer-kinds.link_help" }) },
      shows: { href: "href" },
      resolve: (_context, { href }) => ({ content: { shape: "message", href: checkLink(href) }, discount: null }),
    }),
  },
  attributes: { offer_redeemed: offerRedeemed },
});

/** Writes "12.50" as "12.5". */
const plain = (percent: string): string => String(Number(percent));
