// Reads the orders and the revenue of the last 30 days from the home page.
import type { Merchant } from "../people/merchant.ts";
import { penceOf } from "../people/shopper.ts";
import { countOf, until, type HomeFigures } from "./step.ts";

const SHOWN_MS = 30_000;

/** A card that is not drawn within its time limit shows no figure, and is drawn again with the next look at the page. */
export function readHome(merchant: Merchant): Promise<HomeFigures> {
  return until("the home page shows orders and revenue", SHOWN_MS, async () => {
    const { text } = await merchant.read("/app");
    const orders = /Orders, last 30 days ([\d,]+)/.exec(text)?.[1];
    const revenue = /Revenue from known customers, last 30 days (£[\d,]+\.\d\d)/.exec(text)?.[1];
    return orders !== undefined && revenue !== undefined && { orders: countOf(orders), revenue: penceOf(revenue) };
  });
}
