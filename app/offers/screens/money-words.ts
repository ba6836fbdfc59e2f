// The amounts of an offer as the shopper's card writes them.
import { formatMoney } from "../../ui/format.ts";
import type { OfferContent, OfferWords } from "../wire.ts";

type Written = { locale: string; currency: string };

/** False for a number that the merchant has not finished typing. */
export const isNumber = (typed: string): boolean => typed !== "" && !Number.isNaN(Number(typed));

const moneyText = (amount: string, written: Written): string =>
  isNumber(amount) ? formatMoney(amount, written, "bare") : "";

export function moneyWords(content: OfferContent, written: Written): Pick<OfferWords, "amount" | "least"> {
  const { amount, minimum, deal } = content.shape === "discount" ? content : {};
  const least = (deal?.least ?? minimum)?.subtotal;
  return {
    ...(amount === undefined ? {} : { amount: moneyText(amount, written) }),
    ...(least === undefined ? {} : { least: moneyText(least, written) }),
  };
}
