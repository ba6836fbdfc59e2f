// Says what a test found, from the figures of the last look.
import type { TFunction } from "i18next";
import { formatCount, formatMoney, formatShare } from "../../ui/format.ts";
import type { ShopContext } from "../../ui/shop-context.ts";
import { measureOf, saidOf, type OfferTest } from "./test-of-offer.ts";

/** "Profit" or "Net revenue". */
export const measureText = (t: TFunction, margin: string | null): string =>
  t(`offers.test.measure.${measureOf(margin)}`);

const unsigned = (amount: string): string => amount.replace(/^-/, "");

/** `short`: for the list of offers. */
export function verdictText(t: TFunction, test: OfferTest, shop: ShopContext, short = false): string {
  const said = saidOf(test);
  const money = test.found?.money;
  const { estimate, low, high } = money?.perPerson ?? { estimate: "0", low: "0", high: "0" };
  const isLess = said === "less";
  const days = money?.verdict.parameters.days ?? 0;
  return t(`offers.test.${short ? "short" : "said"}.${said}`, {
    ...{ count: days, shown: formatCount(days, shop) },
    ...{ buyers: money?.verdict.parameters.buyers ?? 0, all: money?.verdict.parameters.all ?? 0 },
    amount: formatMoney(unsigned(estimate), shop),
    low: formatMoney(isLess ? unsigned(high) : low, shop),
    high: formatMoney(isLess ? unsigned(low) : high, shop),
  });
}

/** The sentence on buyers. Null: there are too few buyers to say anything. */
export function buyersText(t: TFunction, { found }: OfferTest, shop: ShopContext): string | null {
  const difference = found?.conversion.difference;
  if (!found || !difference) return null;
  const points = (share: number) =>
    new Intl.NumberFormat(shop.locale, { maximumFractionDigits: 1, signDisplay: "exceptZero" }).format(share * 100);
  const of = (isHoldout: boolean) => {
    const arm = found.arms.find((one) => one.isHoldout === isHoldout);
    return formatShare(arm && arm.people > 0 ? arm.buyers / arm.people : 0, shop);
  };
  const { key } = found.conversion.verdict;
  return t(`offers.test.buyers.${key === "open" ? "open" : "found"}`, {
    ...{ treated: of(false), held: of(true) },
    ...{ low: points(difference.low), high: points(difference.high) },
  });
}
