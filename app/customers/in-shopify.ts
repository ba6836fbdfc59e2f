/** The address of an object's page in Shopify's admin. Open it in a new tab: App Bridge finds the store. */
export const inShopify = (kind: "customers" | "orders", platformId: string): string =>
  `shopify:admin/${kind}/${encodeURIComponent(platformId)}`;
