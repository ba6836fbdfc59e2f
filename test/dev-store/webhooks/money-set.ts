import { share, toAmount } from "../money.ts";
import type { Order, ShopState } from "../model.ts";

type Money = { amount: string; currency_code: string };
type MoneySet = { shop_money: Money; presentment_money: Money };

/** `*_set`: the amount in the shop's currency and in the one that the shopper saw. */
export function moneySet(shop: ShopState, order: Order, millionths: number): MoneySet {
  const shop_money = { amount: toAmount(millionths, shop.currency), currency_code: shop.currency };
  const currency_code = order.presentmentCurrency;
  if (currency_code === shop.currency) return { shop_money, presentment_money: shop_money };
  const amount = toAmount(share(millionths, order.presentmentRate, currency_code), currency_code);
  return { shop_money, presentment_money: { amount, currency_code } };
}
