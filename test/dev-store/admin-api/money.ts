// Money as the Admin API writes it: decimals without needless zeros, and bags with both currencies.

import type { Order, ShopState } from "../model.ts";
import { share, toAmount } from "../money.ts";

export type MoneyV2 = { amount: string; currencyCode: string };
export type MoneyBag = { shopMoney: MoneyV2; presentmentMoney: MoneyV2 };

/** "11884.9", "0.0": at least one digit behind the point, no zeros at the end. */
export function decimal(millionths: number, currency: string): string {
  const amount = toAmount(millionths, currency);
  if (!amount.includes(".")) return `${amount}.0`;
  return amount.replace(/0+$/, "").replace(/\.$/, ".0");
}

export function money(shop: ShopState, millionths: number): MoneyV2 {
  return { amount: decimal(millionths, shop.currency), currencyCode: shop.currency };
}

export function moneyBag(shop: ShopState, order: Order, millionths: number): MoneyBag {
  const shopMoney = money(shop, millionths);
  const currencyCode = order.presentmentCurrency;
  if (currencyCode === shop.currency) return { shopMoney, presentmentMoney: shopMoney };
  const seen = share(millionths, order.presentmentRate, currencyCode);
  return { shopMoney, presentmentMoney: { amount: decimal(seen, currencyCode), currencyCode } };
}
