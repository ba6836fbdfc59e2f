import { formatMoney } from "../../ui/format.ts";
import type { ShopContext } from "../../ui/shop-context.ts";
import type { Off } from "../wire.ts";

const GAP = "…";

/** `10%` or `£5.00`. A number that the merchant has not finished typing is drawn as a gap. */
export function offText({ percent, amount }: Off, shop: ShopContext): string {
  if (amount === undefined) return `${percent || GAP}%`;
  return amount === "" || Number.isNaN(Number(amount)) ? GAP : formatMoney(amount, shop);
}
