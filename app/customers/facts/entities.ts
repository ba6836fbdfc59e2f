// The form in which webhooks, backfills and reconciliations hand a shop's data to applyFacts.
// Ids are the numeric part of the gid, as text. Money is a decimal string in the shop's currency. Times are ISO 8601.
// Enumerations may come in any case (REST writes `paid`, GraphQL `PAID`): they are stored in capitals.

import type { PlatformShop } from "../../shop-directory.server.ts";
import type { ReportedRefund } from "./money/refund-figure.ts";

/** The version of a copy. Of two copies, the newer has the greater `updatedAt`, then `seenAt`, then `rank`. */
export type Version = {
  /** The platform's updated_at; Shopify gives whole seconds. Null: absent or unreadable. Such a copy is older than any other. */
  updatedAt: string | null;
  /** When the platform made this copy: a webhook's X-Shopify-Triggered-At, or the start of a bulk operation. */
  seenAt: string;
  /** Sorts webhooks of one instant: a later step in the thing's life has a higher rank. 0 to 15; default 0, as in a backfill. */
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

/** A customer without tags, consent and totals, which are rows of their own. */
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
  /** All addresses of the customer. Undefined: the platform does not say, and the stored addresses stay. */
  addresses?: AddressRow[];
  /** Only GraphQL gives this field and the next four. Undefined: the stored value stays. */
  locale?: string | null;
  createdByAppId?: string | null;
  dataSaleOptOut?: boolean;
  rfmGroup?: string | null;
  predictedSpendTier?: string | null;
  /** True for the customer inside an order. A slim row is written only where the customer is known from orders alone. */
  slim?: boolean;
};

/** `set` gives the whole list of tags as of `at`; `add` and `remove` change the list at `at`. Rows may come in any order. */
export type TagsRow = {
  customerId: string;
  /** The customer of whom the platform told the change, where that customer is merged into `customerId`. */
  merged?: string;
  mode: "set" | "add" | "remove";
  tags: string[];
  at: string;
};

export type ConsentRow = {
  customerId: string;
  channel: "email" | "sms";
  state: string;
  optInLevel: string | null;
  /** Where the consent was collected. If that is unknown: how the app learned of the consent. */
  source: string;
  at: string;
  /** False: the platform gave no date, or an unreadable one. A consent without a date may withdraw, never grant. */
  dated: boolean;
};

/** The platform's own totals of a customer, shown beside the totals that we compute. */
export type TotalsRow = { customerId: string; orders: number; spent: string; currency?: string | null; at: string };

/** An amount in the shopper's currency (presentment money). Null or undefined: the platform does not say. */
type Presented = string | null;

/** What one discount took off a line item or off the delivery. */
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
  /** Units ordered. Neither a refund nor an edit lowers the quantity. */
  quantity: number;
  /** Units that an edit removed without a refund. */
  removed?: number;
  /** Price of one unit, before discounts. Null: missing or unreadable. */
  price: string | null;
  /** Discount on the whole line: the sum of its allocations. Null: an allocation is unreadable. */
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
  /** Null, here and in the next three fields: missing or unreadable. */
  subtotal: string | null;
  discounts: string | null;
  shipping: string | null;
  tax: string | null;
  /** Gross: all that was ever ordered, before returns, removals by edits, and cancelling. */
  total: string;
  /**
   * What is left of the total after returns, removals and cancelling. Money that was given back beyond the returned things, or
   * kept of their worth, does not change it. Null: the platform does not say.
   */
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
  /** All line items of the order: a newer version of the order replaces them all. */
  lineItems: LineItemRow[];
  /** What discounts took off the delivery. */
  shippingAllocations?: Allocation[];
};

/** A refund may come before its order. */
export type RefundRow = {
  id: string;
  orderId: string;
  /** updated_at of the refund, else of the order that held the refund. Null: the refund came alone, and ranks lowest. */
  updatedAt?: string | null;
  seenAt?: string;
  rank?: number;
  /** What payments that succeeded paid back. Null: the exchange rate into the shop's currency is not known. */
  amount: string | null;
  presentmentAmount: string | null;
  /** True: the platform computed the amount, not we. See `isNewerRefund`. */
  own?: boolean;
  /** Above zero: what the merchant kept of the returned things' worth. Below zero: what was given back beyond that worth. */
  adjusted?: string;
  /** The refund as it came without its order. The amount is computed once the order is stored. */
  reported?: ReportedRefund | null;
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

/** The id on the shop's own platform. Null: the object came by another connection, and its stored id is `{connection}:{id}`. */
export const platformIdOf = (id: string): string | null => (id.includes(":") ? null : id);

/** A deleted thing stays deleted, in whatever order messages arrive: the platform uses no id twice. */
export type DeletionRow = { kind: "customer" | "order" | "product"; id: string; at: string };

/** Two customers were merged: everything of `deletedId` now belongs to `keptId`. */
export type MergeRow = { keptId: string; deletedId: string; at: string };

export type ShopRow = Version & PlatformShop & { platformId: string | null };

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

/** `into`: for each merged customer, by id, the customer who stays and to whom the entities were given. */
export type Followed = { entities: Entities; into: ReadonlyMap<string, string> };

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
