import { formatMoney } from "../ui/format.ts";
import type { ShopContext } from "../ui/shop-context.ts";
import type { Off } from "./wire.ts";

/** `10%` or `£5.00`; a gap where it is not written yet. */
export const offText = ({ percent, amount }: Off, shop: ShopContext): string =>
  amount === undefined ? `${percent || "…"}%` : formatMoney(amount, shop);
