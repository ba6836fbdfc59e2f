/** The address of an object's page in Shopify's admin. App Bridge leads to it from the app's frame. https://shopify.dev/docs/api/app-bridge-library/apis/navigation */
export const inShopify = (kind: "customers" | "orders", platformId: string): string =>
  `shopify://admin/${kind}/${encodeURIComponent(platformId)}`;
