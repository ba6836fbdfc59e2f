// Which folder owns each table: it alone writes the table. `app` is the ground, app/*.ts and app/shopify/.
import type { Exception } from "./table-guard.ts";

export const OWNERS: Record<string, string> = {
  shop: "app",
  shop_profile: "app",
  session: "app/shopify",
  store_block: "app/shopify",
  grave_key: "app",
  shop_mark: "app/sync/inbox",
  inbox: "app/sync/inbox",
  inbox_pack: "app/sync/inbox",
  backfill: "app/sync",
  compliance_request: "app/sync/compliance",
  tombstone: "app/customers/facts",
  customer: "app/customers/facts",
  customer_address: "app/customers/facts",
  consent: "app/customers/facts",
  event: "app/customers/facts",
  customer_change: "app/customers/facts",
  shop_order: "app/customers/facts",
  line_item: "app/customers/facts",
  refund: "app/customers/facts",
  product: "app/customers/facts",
  segment: "app/segments",
  segment_version: "app/segments",
  membership: "app/segments",
  offer: "app/offers",
  discount_title: "app/offers",
  offer_leftover: "app/offers",
  audience: "app/offers",
  publication: "app/offers",
  survey: "app/surveys",
  survey_version: "app/surveys",
  survey_response: "app/surveys",
  survey_allowance: "app/surveys",
  answer: "app/surveys",
  plugin_state: "app/plugins",
  plugin_record: "app/plugins",
  plugin_access: "app/plugins",
};

const MOVING = "its statements move to the owner next";

/** Uses that no owner covers, each with its reason. One that is not needed any more is a fault, too. */
export const EXCEPTIONS: Exception[] = [
  { file: "app/catalogue.server.ts", writes: ["*"], reads: ["*"], why: "it erases from a table that its caller names" },
  { file: "app/upsert.server.ts", writes: ["*"], why: "it writes the table that its caller defines" },
  { file: "app/sync/inbox/statements.ts", writes: ["*"], why: "it lists the columns of the inbox's own three tables" },
  { file: "app/sync/comparison.server.ts", reads: ["*"], why: "it compares one of three tables with Shopify" },
  { file: "app/sync/compliance/export.server.ts", reads: ["*"], why: "an export has every table of a customer" },
  {
    file: "app/customers/profile.server.ts",
    reads: ["membership", "segment"],
    why: "the profile shows which segments a customer is in",
  },
  {
    file: "app/customers/timeline.server.ts",
    reads: ["membership", "segment"],
    why: "the timeline tells when a customer entered and left a segment",
  },
  {
    file: "app/customers/facts/surfaced.server.ts",
    reads: ["backfill"],
    why: "an opening balance counts from when the history was read",
  },
  {
    file: "app/segments/memberships/history.server.ts",
    reads: ["backfill"],
    why: "a segment's growth counts from when the history was read",
  },
  {
    file: "app/segments/segment.server.ts",
    reads: ["offer", "survey"],
    why: "a segment that an offer or a survey is for is not archived",
  },
  { file: "app/customers/facts/merges.server.ts", writes: ["*"], why: MOVING },
  {
    file: "app/shopify/installation.server.ts",
    writes: ["backfill"],
    why: "an installation begins the reading of the history anew, in one transaction",
  },
  {
    file: "app/customers/facts/redaction/step.server.ts",
    writes: ["*"],
    why: "a step erases from the table that its domain names",
  },
  {
    file: "app/customers/facts/redaction/facts.server.ts",
    writes: ["*"],
    why: "a redaction reaches every table with a customer_id, also one that comes later",
  },
  {
    file: "app/sync/compliance/redact-shop.server.ts",
    writes: ["*"],
    why: "a shop that is redacted leaves every table",
  },
];
