// The Admin API's nodes, as a bulk file or the nightly look brings them, to the one form that applyEntities takes. Any field
// may be null: what the merchant or Shopify has not released is withheld without an error.
import type {
  AddressRow,
  ConsentRow,
  CustomerRow,
  Entities,
  LineItemRow,
  OrderRow,
  RefundRow,
} from "../apply/entities.ts";
import { eachOf, partOf, refuse, type Body } from "../apply/reading/body.ts";
import { readStanding } from "../apply/reading/consent.ts";
import {
  countNeeded,
  countOf,
  currencyNeeded,
  currencyOf,
  decimalNeeded,
  decimalOf,
  exactTextOf,
  flagOf,
  idFrom,
  idNeeded,
  idOf,
  momentOf,
  shortTextOf,
  tagsOf,
  textOf,
  wordOf,
} from "../apply/reading/fields.ts";
import { currentTotal } from "../apply/money/current-total.ts";
import { unitsBack, unitsRemoved } from "../apply/reading/order.ts";
import { isZero, sumOf, sumOfKnown } from "../apply/sum.ts";

/** `seenAt`: when the bulk operation or the look started; what it says is at least that new. */
type Reading = { body: Body; seenAt: string };

/** The thing itself, of which fields are told by their own names. */
function nodeOf(body: Body, type: string): { node: Body; id: string } {
  const node = { ...partOf(body, "node"), path: "" };
  // A line of a file that lost its parent is no thing of its own.
  const gid = node.fields["id"];
  if (typeof gid === "string" && !gid.startsWith(`gid://shopify/${type}/`)) refuse(node, "id");
  return { node, id: idNeeded(node) };
}

const moneyOf = (body: Body, field: string, side = "shopMoney") =>
  decimalOf(partOf(partOf(body, field), side), "amount");
const moneyNeeded = (body: Body, field: string) => decimalNeeded(partOf(partOf(body, field), "shopMoney"), "amount");
const presentedOf = (body: Body, field: string) => moneyOf(body, field, "presentmentMoney");

/** `{ node }` */
export function readProductNode({ body, seenAt }: Reading, into: Entities): void {
  const { node, id } = nodeOf(body, "Product");
  const preview = partOf(partOf(node, "featuredMedia"), "preview");
  into.products.push({
    id,
    updatedAt: momentOf(node, "updatedAt"),
    seenAt,
    title: textOf(node, "title") ?? "",
    handle: shortTextOf(node, "handle"),
    vendor: shortTextOf(node, "vendor"),
    productType: shortTextOf(node, "productType"),
    tags: tagsOf(node),
    imageUrl: textOf(partOf(preview, "image"), "url"),
    status: wordOf(node, "status"),
  });
}

/** `{ node, addresses }` */
export function readCustomerNode({ body, seenAt }: Reading, into: Entities): void {
  const { node, id } = nodeOf(body, "Customer");
  const home = idOf(partOf(node, "defaultAddress"));
  const statistics = partOf(node, "statistics");
  const row: CustomerRow = {
    id,
    updatedAt: momentOf(node, "updatedAt"),
    seenAt,
    firstName: shortTextOf(node, "firstName"),
    lastName: shortTextOf(node, "lastName"),
    email: exactTextOf(partOf(node, "defaultEmailAddress"), "emailAddress"),
    phone: exactTextOf(partOf(node, "defaultPhoneNumber"), "phoneNumber"),
    note: textOf(node, "note"),
    accountStatus: wordOf(node, "state"),
    verifiedEmail: flagOf(node, "verifiedEmail"),
    addedAt: momentOf(node, "createdAt"),
    addresses: eachOf(body, "addresses", (address) => readAddress(address, home)),
    locale: exactTextOf(node, "locale"),
    dataSaleOptOut: flagOf(node, "dataSaleOptOut") ?? false,
    rfmGroup: wordOf(statistics, "rfmGroup"),
    predictedSpendTier: wordOf(statistics, "predictedSpendTier"),
  };
  into.customers.push(row);
  const tags = tagsOf(node);
  if (Array.isArray(node.fields["tags"])) into.tags.push({ customerId: id, mode: "set", tags, at: seenAt });
  into.consents.push(...readConsents(node, row));
  const orders = countOf(node, "numberOfOrders");
  const spent = decimalOf(partOf(node, "amountSpent"), "amount");
  if (orders === null || spent === null) return;
  const currency = currencyOf(partOf(node, "amountSpent"), "currencyCode");
  into.totals.push({ customerId: id, orders, spent, currency, at: totalsAt(node, seenAt) });
}

function readAddress(address: Body, home: string | null): AddressRow {
  const id = idNeeded(address);
  return {
    id,
    firstName: shortTextOf(address, "firstName"),
    lastName: shortTextOf(address, "lastName"),
    address1: shortTextOf(address, "address1"),
    address2: shortTextOf(address, "address2"),
    city: shortTextOf(address, "city"),
    regionCode: exactTextOf(address, "provinceCode"),
    countryCode: exactTextOf(address, "countryCodeV2"),
    zip: exactTextOf(address, "zip"),
    phone: exactTextOf(address, "phone"),
    isDefault: id === home,
  };
}

/** The totals hold every order up to this moment and none after it: the last order may be younger than the operation's start. */
function totalsAt(node: Body, seenAt: string): string {
  const last = momentOf(partOf(node, "lastOrder"), "createdAt");
  return last && Date.parse(last) > Date.parse(seenAt) ? last : seenAt;
}

// Where an e-mail consent was collected is not asked for.
const EMAIL = { state: "marketingState", optInLevel: "marketingOptInLevel", source: "", at: "marketingUpdatedAt" };
const SMS = { state: "state", optInLevel: "optInLevel", source: "collectedFrom", at: "updatedAt" };

function readConsents(node: Body, { id: customerId, updatedAt, seenAt }: CustomerRow): ConsentRow[] {
  const fallback = updatedAt ?? seenAt;
  const email = partOf(node, "defaultEmailAddress");
  const sms = partOf(partOf(node, "defaultPhoneNumber"), "smsMarketingConsent");
  const told = { customerId, source: "backfill", fallback };
  return [
    ...(email.fields["marketingState"]
      ? [readStanding({ ...told, channel: "email", consent: email, names: EMAIL })]
      : []),
    ...(sms.fields["state"] ? [readStanding({ ...told, channel: "sms", consent: sms, names: SMS })] : []),
  ];
}

/** `{ node, lineItems, refundLines }`: the last is what REFUND_LINES answered of the order's refunds. */
export function readOrderNode({ body, seenAt }: Reading, into: Entities): void {
  const { node, id } = nodeOf(body, "Order");
  const details = new Map(eachOf(body, "refundLines", (refund) => [idOf(refund), refund] as const));
  const version = { orderId: id, updatedAt: momentOf(node, "updatedAt") ?? seenAt, seenAt };
  const refunds = eachOf(node, "refunds", (refund) =>
    readRefund(refund, details.get(idOf(refund)) ?? { ...refund, fields: {} }, version),
  );
  const order = readOrder(id, node, seenAt);
  const lineItems = eachOf(body, "lineItems", (line) =>
    readLineItem(line, order.cancelledAt === null ? refunds : null),
  );
  into.orders.push({ ...order, currentTotal: readCurrentTotal(node, order.total, refunds), lineItems });
  into.refunds.push(...refunds);
}

/** Its amount in both currencies is Shopify's own. */
function readRefund(
  refund: Body,
  details: Body,
  { updatedAt, ...version }: Pick<RefundRow, "orderId" | "updatedAt" | "seenAt"> & { seenAt: string },
): RefundRow {
  const amount = moneyNeeded(refund, "totalRefundedSet");
  return {
    ...version,
    id: idNeeded(refund),
    updatedAt: momentOf(refund, "updatedAt") ?? updatedAt ?? null,
    amount,
    presentmentAmount: presentedOf(refund, "totalRefundedSet"),
    own: true,
    adjusted: isZero(amount) ? "0" : readAdjusted(details),
    note: textOf(refund, "note"),
    at: momentOf(refund, "createdAt") ?? momentOf(refund, "processedAt") ?? version.seenAt,
    lines: eachOf(partOf(details, "refundLineItems"), "nodes", readRefundLine).flat(),
  };
}

/** What is still to be paid back or is set against a new item is nothing that the merchant keeps. */
const UNSETTLED = new Set(["PENDING_REFUND_DISCREPANCY", "BALANCE_ADJUSTMENT", "FULL_RETURN_BALANCING_ADJUSTMENT"]);

function readAdjusted(details: Body): string {
  const adjustments = eachOf(partOf(details, "orderAdjustments"), "nodes", (adjustment) =>
    UNSETTLED.has(wordOf(adjustment, "reason") ?? "")
      ? []
      : [moneyOf(adjustment, "amountSet") ?? "0", moneyOf(adjustment, "taxAmountSet") ?? "0"],
  );
  return sumOf(adjustments.flat());
}

function readCurrentTotal(node: Body, total: string, refunds: RefundRow[]): OrderRow["currentTotal"] {
  const part = (then: string, now: string) => ({ then: moneyOf(node, then), now: moneyOf(node, now) });
  return currentTotal({
    total,
    current: moneyOf(node, "currentTotalPriceSet"),
    subtotal: part("subtotalPriceSet", "currentSubtotalPriceSet"),
    others: [
      ...(flagOf(node, "taxesIncluded") ? [] : [part("totalTaxSet", "currentTotalTaxSet")]),
      part("totalShippingPriceSet", "currentShippingPriceSet"),
    ],
    adjusted: sumOf(refunds.map(({ adjusted }) => adjusted ?? "0")),
  });
}

/** None of a line that is gone. */
function readRefundLine(line: Body): RefundRow["lines"] {
  if (line.fields["lineItem"] === null) return [];
  return [
    {
      lineItemId: idNeeded(partOf(line, "lineItem")),
      quantity: countNeeded(line, "quantity"),
      subtotal: moneyNeeded(line, "subtotalSet"),
      presentmentSubtotal: presentedOf(line, "subtotalSet"),
    },
  ];
}

function readOrder(id: string, node: Body, seenAt: string): Omit<OrderRow, "lineItems"> {
  const visit = partOf(partOf(node, "customerJourneySummary"), "lastVisit");
  const currency = currencyNeeded(node, "currencyCode");
  const total = moneyNeeded(node, "totalPriceSet");
  return {
    id,
    updatedAt: momentOf(node, "updatedAt"),
    seenAt,
    customerId: idOf(partOf(node, "customer")),
    name: shortTextOf(node, "name"),
    email: exactTextOf(node, "email"),
    phone: exactTextOf(node, "phone"),
    sourceName: shortTextOf(node, "sourceName"),
    appId: idOf(partOf(node, "app")),
    locationId: null,
    landingSite: textOf(visit, "landingPage"),
    referringSite: textOf(visit, "referrerUrl"),
    discountCodes: readCodes(node),
    noteAttributes: eachOf(node, "customAttributes", (attribute) => ({
      name: textOf(attribute, "key") ?? "",
      value: textOf(attribute, "value") ?? "",
    })),
    note: textOf(node, "note"),
    tags: tagsOf(node),
    customerLocale: shortTextOf(node, "customerLocale"),
    checkoutToken: exactTextOf(node, "checkoutToken"),
    cartToken: exactTextOf(node, "cartToken"),
    financialStatus: wordOf(node, "displayFinancialStatus"),
    fulfillmentStatus: wordOf(node, "displayFulfillmentStatus"),
    currency,
    presentmentCurrency: currencyOf(node, "presentmentCurrencyCode") ?? currency,
    subtotal: moneyOf(node, "subtotalPriceSet"),
    discounts: moneyOf(node, "totalDiscountsSet"),
    shipping: moneyOf(node, "totalShippingPriceSet"),
    tax: moneyOf(node, "totalTaxSet"),
    total,
    presentmentTotal: presentedOf(node, "totalPriceSet") ?? total,
    presentmentSubtotal: presentedOf(node, "subtotalPriceSet"),
    presentmentDiscounts: presentedOf(node, "totalDiscountsSet"),
    presentmentShipping: presentedOf(node, "totalShippingPriceSet"),
    presentmentTax: presentedOf(node, "totalTaxSet"),
    test: flagOf(node, "test") ?? false,
    processedAt: momentOf(node, "processedAt"),
    createdAt: momentOf(node, "createdAt"),
    cancelledAt: momentOf(node, "cancelledAt"),
    cancelReason: wordOf(node, "cancelReason"),
  };
}

/** A list of texts. */
const readCodes = (node: Body): OrderRow["discountCodes"] =>
  tagsOf(node, "discountCodes").map((code) => ({ code, amount: null, type: null }));

/** As the webhooks name them. */
const APPLICATIONS: Record<string, string> = {
  DiscountCodeApplication: "discount_code",
  AutomaticDiscountApplication: "automatic",
  ManualDiscountApplication: "manual",
  ScriptDiscountApplication: "script",
};

/** `refunds` null: the order is cancelled; it has no current units, and was ordered all the same. */
function readLineItem(line: Body, refunds: RefundRow[] | null): LineItemRow {
  const id = idNeeded(line);
  const quantity = countNeeded(line, "quantity");
  const allocations = eachOf(line, "discountAllocations", (allocation) => {
    const application = partOf(allocation, "discountApplication");
    return {
      amount: moneyOf(allocation, "allocatedAmountSet"),
      presentmentAmount: presentedOf(allocation, "allocatedAmountSet"),
      type: APPLICATIONS[textOf(application, "__typename") ?? ""] ?? null,
      code: textOf(application, "code"),
      title: textOf(application, "title"),
    };
  });
  return {
    id,
    productId: idOf(partOf(line, "product")),
    variantId: idOf(partOf(line, "variant")),
    title: textOf(line, "title"),
    sku: shortTextOf(line, "sku"),
    quantity,
    removed: refunds
      ? unitsRemoved({ quantity, current: countOf(line, "currentQuantity"), refunded: unitsBack(refunds, id) })
      : 0,
    price: moneyOf(line, "originalUnitPriceSet"),
    discount: sumOfKnown(allocations.map(({ amount }) => amount)),
    presentmentPrice: presentedOf(line, "originalUnitPriceSet"),
    presentmentDiscount: sumOfKnown(allocations.map(({ presentmentAmount }) => presentmentAmount)),
    allocations,
  };
}

/** The number of a node, for a key; null where it cannot be read. */
export const nodeId = (node: unknown): string | null =>
  typeof node === "object" && node !== null && "id" in node ? idFrom(node.id) : null;
