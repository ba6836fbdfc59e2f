/**
 * A moment in UTC, to the millisecond. Rows, domains and loaders' data have instants as Instant, on the server and in the browser.
 * Only JSON columns and Shopify's messages have them as text (ISO 8601).
 */
export type Instant = Date;
