// Reads the orders and the revenue of the last 30 days from the home page.
import type { Merchant } from "../people/merchant.ts";
import { penceOf } from "../people/shopper.ts";
import { countOf, must, type HomeFigures } from "./step.ts";

export async function readHome(merchant: Merchant): Promise<HomeFigures> {
  const { text } = await merchant.read("/app");
  const orders = /Orders, last 30 days ([\d,]+)/.exec(text)?.[1];
  const revenue = /Revenue from known customers, last 30 days (£[\d,]+\.\d\d)/.exec(text)?.[1];
  must(orders !== undefined, `the home page shows no orders: ${text.slice(0, 400)}`);
  must(revenue !== undefined, `the home page shows no revenue: ${text.slice(0, 400)}`);
  return { orders: countOf(orders ?? ""), revenue: penceOf(revenue ?? "") };
}
