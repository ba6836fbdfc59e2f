// Limits of a query. SHOPIFY_MAX_CLAUSES refuses no query: `readQuery` only reports that Shopify would refuse it.
export const MAX_CHARACTERS = 5000;
export const MAX_LIST = 500;
export const MAX_DEPTH = 20;
export const MAX_NODES = 500;
export const SHOPIFY_MAX_CLAUSES = 10;
