// Money as the Admin API writes it: decimals without trailing zeros, and MoneyBags with both currencies.

import type { Order, ShopState } from "../model.ts";
import { share, toAmount } from "../money.ts";
import { currencyOf } from "../webhooks/money-set.ts";

export type MoneyV2 = { amount: string; currencyCode: string };
export type MoneyBag = { shopMoney: MoneyV2; presentmentMoney: MoneyV2 };

/** "11884.9", "0.0": at least one digit after the point, and no further trailing zeros. */
export function decimal(millionths: number, currency: string): string {
  const amount = toAmount(millionths, currency);
  if (!amount.includes(".")) return `${amount}.0`;
  return amount.replace(/0+$/, "").replace(/\.$/, ".0");
}

export function money(shop: ShopState, millionths: number): MoneyV2 {
  return { amount: decimal(millionths, shop.currency), currencyCode: shop.currency };
}

export function moneyBag(shop: ShopState, order: Order, millionths: number, rate = order.presentmentRate): MoneyBag {
  const ours = currencyOf(shop, order);
  const shopMoney = { amount: decimal(millionths, ours), currencyCode: ours };
  const currencyCode = order.presentmentCurrency;
  if (currencyCode === ours) return { shopMoney, presentmentMoney: shopMoney };
  const seen = share(millionths, rate, currencyCode);
  return { shopMoney, presentmentMoney: { amount: decimal(seen, currencyCode), currencyCode } };
}
