// The amounts of an offer as the shopper's card writes them.
import { formatMoney } from "../../ui/format.ts";
import type { OfferContent, OfferWords } from "../wire.ts";

type Written = { locale: string; currency: string };

/** An amount that the merchant has not finished typing is empty. */
const moneyText = (amount: string, written: Written): string =>
  amount === "" || Number.isNaN(Number(amount)) ? "" : formatMoney(amount, written, "bare");

export function moneyWords(content: OfferContent, written: Written): Pick<OfferWords, "amount" | "least"> {
  const { amount, minimum, deal } = content.shape === "discount" ? content : {};
  const least = (deal?.least ?? minimum)?.subtotal;
  return {
    ...(amount === undefined ? {} : { amount: moneyText(amount, written) }),
    ...(least === undefined ? {} : { least: moneyText(least, written) }),
  };
}
