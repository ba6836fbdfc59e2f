/**
 * A moment in UTC, to the millisecond: what a `timestamptz` is in a row, in a domain and in a loader's data, on the server
 * and in the browser. Text (ISO 8601) it is only in JSON and in what Shopify sends.
 */
export type Instant = Date;
