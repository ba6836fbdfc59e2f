// What Shopify itself says about an offer's discount, and how many automatic discounts are active in the store.
import { adminFor, AdminApiError, type AdminApi } from "../../shopify/admin-api.server.ts";
import type { Shop } from "../../shop.server.ts";
import { readOffer } from "../offer-rows.server.ts";

/** `summary`: Shopify's own sentence. `automatic`: active automatic discounts, of all apps. Null: not known. */
export type StoreSays = { summary: string | null; automatic: number | null };

const COUNT = `query CountAutomaticDiscounts {
  counted: discountNodesCount(query: "method:automatic AND status:active") { count }
}`;

const TYPES = ["Basic", "Bxgy", "FreeShipping"].flatMap((type) => [`DiscountCode${type}`, `DiscountAutomatic${type}`]);
const SUMMARY = `query ReadDiscountSummary($id: ID!) {
  node: discountNode(id: $id) { discount { ${TYPES.map((type) => `... on ${type} { summary }`).join(" ")} } }
}`;

/** Shopify's answer is not needed to edit an offer: where Shopify does not answer, nothing is said. */
export async function readStoreSays(shop: Shop, offerId: string, api?: AdminApi): Promise<StoreSays> {
  const offer = await shop.db.tx((tx) => readOffer(shop, tx, offerId));
  const id = offer?.publication.discountId ?? null;
  try {
    const admin = api ?? (await adminFor(shop));
    const { counted } = await admin.request<{ counted: { count: number } | null }>(COUNT);
    const { node } =
      id === null
        ? { node: null }
        : await admin.request<{ node: { discount: { summary?: string } } | null }>(SUMMARY, { id });
    return { summary: node?.discount.summary ?? null, automatic: counted?.count ?? null };
  } catch (error) {
    if (error instanceof AdminApiError) return { summary: null, automatic: null };
    throw error;
  }
}
