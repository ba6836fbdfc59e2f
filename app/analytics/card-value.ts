import { formatCount, formatMoney, formatShare } from "../ui/format.ts";
import type { ShopContext } from "../ui/shop-context.ts";
import type { Unit } from "./card.ts";

export function showValue(value: string | null, unit: Unit, shop: ShopContext): string {
  if (value === null) return "–";
  if (unit === "money") return formatMoney(value, shop);
  if (unit === "percent") return formatShare(Number(value), shop);
  return unit === "word" ? value : formatCount(Number(value), shop);
}
