import { share, toAmount } from "../money.ts";
import type { Order, ShopState } from "../model.ts";

type Money = { amount: string; currency_code: string };
type MoneySet = { shop_money: Money; presentment_money: Money };

/** The shop's currency when the order was placed. */
export const currencyOf = (shop: ShopState, order: Order): string => order.currency ?? shop.currency;

/** `*_set`: the amount in the shop's currency and in the presentment currency. */
export function moneySet(shop: ShopState, order: Order, millionths: number, rate = order.presentmentRate): MoneySet {
  const ours = currencyOf(shop, order);
  const shop_money = { amount: toAmount(millionths, ours), currency_code: ours };
  const currency_code = order.presentmentCurrency;
  if (currency_code === ours) return { shop_money, presentment_money: shop_money };
  const amount = toAmount(share(millionths, rate, currency_code), currency_code);
  return { shop_money, presentment_money: { amount, currency_code } };
}
