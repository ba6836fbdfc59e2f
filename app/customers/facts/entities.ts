// What a webhook, a backfill or a reconciliation says of a shop, in one form: what applyFacts takes.
// Ids are the numeric part of the gid, as text. Money is a decimal string in the shop's currency. Times are ISO 8601.
// Enumerations may come in any case (REST writes `paid`, GraphQL `PAID`): they are stored in capitals.

import type { ShopNews } from "../../shop-directory.server.ts";
import type { ToldRefund } from "./money/refund-figure.ts";

/** Which of two versions of one thing is newer: `updatedAt`, then `seenAt`, then `rank`. */
export type Version = {
  /** The platform's updated_at; seconds at Shopify. Null where it says none: then seenAt stands for it. */
  updatedAt: string | null;
  /** When the platform made this copy: a webhook's X-Shopify-Triggered-At, a bulk operation's start. */
  seenAt: string;
  /** Between webhooks of one instant: the later step in the thing's life. 0 to 15; 0 for a backfill. */
  rank?: number;
};

export type AddressRow = {
  id: string;
  firstName: string | null;
  lastName: string | null;
  address1: string | null;
  address2: string | null;
  city: string | null;
  regionCode: string | null;
  countryCode: string | null;
  zip: string | null;
  phone: string | null;
  isDefault: boolean;
};

/** The whole customer, without what has topics of its own: tags, consent and totals. */
export type CustomerRow = Version & {
  id: string;
  firstName: string | null;
  lastName: string | null;
  email: string | null;
  phone: string | null;
  note: string | null;
  accountStatus: string | null;
  verifiedEmail: boolean | null;
  addedAt: string | null;
  /** The customer's whole set; left out: unknown, what is stored stays. */
  addresses?: AddressRow[];
  /** Known from GraphQL only; left out: what is stored stays. */
  locale?: string | null;
  createdByAppId?: string | null;
  dataSaleOptOut?: boolean;
  rfmGroup?: string | null;
  predictedSpendTier?: string | null;
  /** True for the customer inside an order: fills a customer who is known from orders only, and changes no other. */
  slim?: boolean;
};

/** `set` is a whole list as of `at`; `add` and `remove` are changes at `at`. They may come in any order. */
export type TagsRow = { customerId: string; mode: "set" | "add" | "remove"; tags: string[]; at: string };

export type ConsentRow = {
  customerId: string;
  channel: "email" | "sms";
  state: string;
  optInLevel: string | null;
  /** Where it was collected, else how we learned of it. */
  source: string;
  at: string;
  /** False where the platform did not say when, or what it said cannot be read: such a state may withdraw, never grant. */
  dated: boolean;
};

/** The platform's own totals, shown beside ours. */
export type TotalsRow = { customerId: string; orders: number; spent: string; currency?: string | null; at: string };

/** In the money that the shopper saw; null or left out: the platform does not say. */
type Presented = string | null;

type Allocation = {
  amount: string | null;
  presentmentAmount?: Presented;
  type: string | null;
  code: string | null;
  title: string | null;
};

export type LineItemRow = {
  id: string;
  productId: string | null;
  variantId: string | null;
  title: string | null;
  sku: string | null;
  /** As ordered: neither a refund nor an edit lowers it. */
  quantity: number;
  /** Units that an edit took off without a refund. */
  removed?: number;
  /** Of one unit, before discounts. Null: not told, or not to be read. */
  price: string | null;
  /** Of the whole line: the sum of its allocations; null where one of them cannot be read. */
  discount: string | null;
  presentmentPrice?: Presented;
  presentmentDiscount?: Presented;
  allocations: Allocation[];
};

export type OrderRow = Version & {
  id: string;
  customerId: string | null;
  name: string | null;
  email: string | null;
  phone: string | null;
  sourceName: string | null;
  appId: string | null;
  locationId: string | null;
  landingSite: string | null;
  referringSite: string | null;
  discountCodes: { code: string; amount: string | null; type: string | null }[];
  noteAttributes: { name: string; value: string }[];
  note: string | null;
  tags: string[];
  customerLocale: string | null;
  checkoutToken: string | null;
  cartToken: string | null;
  financialStatus: string | null;
  fulfillmentStatus: string | null;
  currency: string;
  presentmentCurrency: string;
  /** Null, like the next three: not told, or not to be read. */
  subtotal: string | null;
  discounts: string | null;
  shipping: string | null;
  tax: string | null;
  /** Gross: all that was ever ordered, before returns, edits that remove, and cancelling. */
  total: string;
  /** What is left of it after them, before money that was given or kept beyond what came back; null: not told. */
  currentTotal?: string | null;
  presentmentTotal: string;
  presentmentSubtotal?: Presented;
  presentmentDiscounts?: Presented;
  presentmentShipping?: Presented;
  presentmentTax?: Presented;
  test: boolean;
  processedAt: string | null;
  createdAt: string | null;
  cancelledAt: string | null;
  cancelReason: string | null;
  /** The order's whole set, replaced with its version. */
  lineItems: LineItemRow[];
};

/** May come before its order. */
export type RefundRow = {
  id: string;
  orderId: string;
  /** The refund's own updated_at, else that of the order which carried it. Null: it came alone, and ranks lowest. */
  updatedAt?: string | null;
  seenAt?: string;
  rank?: number;
  /** What was paid back, once the payment has succeeded. Null: the rate into the shop's money is not known. */
  amount: string | null;
  presentmentAmount: string | null;
  /** The amount is the platform's own: it holds against one that we derived. */
  own?: boolean;
  /** Above zero what the merchant kept of the returned things' worth, below zero what was given beyond it. */
  adjusted?: string;
  /** What a copy without its order said, to derive the amount from once the order is here. */
  told?: ToldRefund | null;
  note: string | null;
  at: string;
  lines: { lineItemId: string; quantity: number; subtotal: string; presentmentSubtotal?: Presented }[];
};

export type ProductRow = Version & {
  id: string;
  title: string;
  handle: string | null;
  vendor: string | null;
  productType: string | null;
  tags: string[];
  imageUrl: string | null;
  status: string | null;
};

/** Ids are never used again: what was deleted stays deleted, in whatever order the news arrives. */
export type DeletionRow = { kind: "customer" | "order" | "product"; id: string; at: string };

/** Two customers became one; what belonged to `deletedId` belongs to `keptId`. */
export type MergeRow = { keptId: string; deletedId: string; at: string };

export type ShopRow = Version & ShopNews & { platformId: string | null };

export type Entities = {
  customers: CustomerRow[];
  tags: TagsRow[];
  consents: ConsentRow[];
  totals: TotalsRow[];
  orders: OrderRow[];
  refunds: RefundRow[];
  products: ProductRow[];
  deletions: DeletionRow[];
  merges: MergeRow[];
  shops: ShopRow[];
};

export const noEntities = (): Entities => ({
  customers: [],
  tags: [],
  consents: [],
  totals: [],
  orders: [],
  refunds: [],
  products: [],
  deletions: [],
  merges: [],
  shops: [],
});
