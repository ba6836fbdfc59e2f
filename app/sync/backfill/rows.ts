// From the Admin API's nodes to the one form that applyEntities takes.
import { idOf as readId } from "../apply/reading/fields.ts";
import { sumOf, sumOfKnown } from "../apply/sum.ts";
import {
  noEntities,
  type ConsentRow,
  type Entities,
  type LineItemRow,
  type OrderRow,
  type RefundRow,
} from "../apply/entities.ts";
import type {
  AddressNode,
  CustomerNode,
  LineItemNode,
  Money,
  OrderNode,
  ProductNode,
  RefundLinesNode,
} from "./nodes.ts";

/** `gid://shopify/Order/450789469?source=x` is 450789469. */
const idOf = (gid: string): string => readId(gid) ?? gid;
const idOrNull = (thing: { id: string } | null) => (thing ? idOf(thing.id) : null);

const amountOf = (money: Money) => money?.shopMoney?.amount ?? "0";
const presentedOf = (money: Money) => money?.presentmentMoney?.amount ?? null;

/** `seenAt`: when the bulk operation started; what it says is at least that new. */
export function productEntities(nodes: ProductNode[], seenAt: string): Entities {
  return {
    ...noEntities(),
    products: nodes.map((node) => ({
      id: idOf(node.id),
      updatedAt: node.updatedAt,
      seenAt,
      title: node.title ?? "",
      handle: node.handle,
      vendor: node.vendor,
      productType: node.productType,
      tags: node.tags ?? [],
      imageUrl: node.featuredMedia?.preview?.image?.url ?? null,
      status: node.status,
    })),
  };
}

export type CustomerWithAddresses = { node: CustomerNode; addresses: AddressNode[] };

export function customerEntities(customers: CustomerWithAddresses[], seenAt: string): Entities {
  const entities = noEntities();
  for (const { node, addresses } of customers) {
    const id = idOf(node.id);
    const home = idOrNull(node.defaultAddress);
    entities.customers.push({
      id,
      updatedAt: node.updatedAt,
      seenAt,
      firstName: node.firstName,
      lastName: node.lastName,
      email: node.defaultEmailAddress?.emailAddress ?? null,
      phone: node.defaultPhoneNumber?.phoneNumber ?? null,
      note: node.note,
      accountStatus: node.state,
      verifiedEmail: node.verifiedEmail,
      addedAt: node.createdAt,
      addresses: addresses.map(({ id: gid, provinceCode, countryCodeV2, ...rest }) => ({
        id: idOf(gid),
        firstName: rest.firstName,
        lastName: rest.lastName,
        address1: rest.address1,
        address2: rest.address2,
        city: rest.city,
        regionCode: provinceCode,
        countryCode: countryCodeV2,
        zip: rest.zip,
        phone: rest.phone,
        isDefault: idOf(gid) === home,
      })),
      locale: node.locale,
      dataSaleOptOut: node.dataSaleOptOut ?? false,
      rfmGroup: node.statistics?.rfmGroup ?? null,
      predictedSpendTier: node.statistics?.predictedSpendTier ?? null,
    });
    if (node.tags) entities.tags.push({ customerId: id, mode: "set", tags: node.tags, at: seenAt });
    addConsents(entities, id, node, seenAt);
    if (node.numberOfOrders !== null && node.amountSpent) {
      entities.totals.push({
        customerId: id,
        orders: Number(node.numberOfOrders),
        spent: node.amountSpent.amount,
        at: totalsAt(node, seenAt),
      });
    }
  }
  return entities;
}

/** The totals hold every order up to this moment and none after it: the last order may be younger than the operation's start. */
function totalsAt({ lastOrder }: CustomerNode, seenAt: string): string {
  return lastOrder && Date.parse(lastOrder.createdAt) > Date.parse(seenAt) ? lastOrder.createdAt : seenAt;
}

type Decided = { state: string | null; optInLevel: string | null; source: string; updatedAt: string | null };

function addConsents(entities: Entities, customerId: string, node: CustomerNode, seenAt: string): void {
  const add = (channel: ConsentRow["channel"], { state, optInLevel, source, updatedAt }: Decided) => {
    // Without a date nothing was ever decided; what is undecided is no entry of the log.
    if (state === null || (updatedAt === null && state === "NOT_SUBSCRIBED")) return;
    const at = updatedAt ?? node.createdAt ?? seenAt;
    entities.consents.push({ customerId, channel, state, optInLevel, source, at });
  };
  const email = node.defaultEmailAddress;
  if (email) {
    const { marketingState: state, marketingOptInLevel: optInLevel, marketingUpdatedAt: updatedAt } = email;
    add("email", { state, optInLevel, source: "backfill", updatedAt });
  }
  const sms = node.defaultPhoneNumber?.smsMarketingConsent;
  if (sms) {
    const { optInLevel, updatedAt, collectedFrom } = sms;
    // CustomerMarketingConsentState says NEVER_SUBSCRIBED where the segment language and webhooks say NOT_SUBSCRIBED.
    const state = sms.state === "NEVER_SUBSCRIBED" ? "NOT_SUBSCRIBED" : sms.state;
    add("sms", { state, optInLevel, source: collectedFrom ?? "backfill", updatedAt });
  }
}

export type OrderWithLines = { node: OrderNode; lines: LineItemNode[] };

/** `refundLines`: what REFUND_LINES answered for the orders that have refunds. */
export function orderEntities(orders: OrderWithLines[], seenAt: string, refundLines: RefundLinesNode[]): Entities {
  const linesOf = new Map(refundLines.flatMap(({ refunds }) => refunds.map((refund) => [refund.id, refund])));
  return {
    ...noEntities(),
    orders: orders.map(({ node, lines }) => orderRow(node, lines, seenAt)),
    refunds: orders.flatMap(({ node }) =>
      (node.refunds ?? []).map((refund): RefundRow => ({
        id: idOf(refund.id),
        orderId: idOf(node.id),
        amount: amountOf(refund.totalRefundedSet),
        presentmentAmount: presentedOf(refund.totalRefundedSet) ?? "0",
        note: refund.note,
        at: refund.createdAt ?? refund.processedAt ?? seenAt,
        lines: (linesOf.get(refund.id)?.refundLineItems?.nodes ?? []).flatMap(({ lineItem, quantity, subtotalSet }) =>
          lineItem
            ? [
                {
                  lineItemId: idOf(lineItem.id),
                  quantity,
                  subtotal: amountOf(subtotalSet),
                  presentmentSubtotal: presentedOf(subtotalSet),
                },
              ]
            : [],
        ),
      })),
    ),
  };
}

function orderRow(node: OrderNode, lines: LineItemNode[], seenAt: string): OrderRow {
  const visit = node.customerJourneySummary?.lastVisit;
  return {
    id: idOf(node.id),
    updatedAt: node.updatedAt,
    seenAt,
    customerId: idOrNull(node.customer),
    name: node.name,
    email: node.email,
    phone: node.phone,
    sourceName: node.sourceName,
    appId: idOrNull(node.app),
    locationId: null,
    landingSite: visit?.landingPage ?? null,
    referringSite: visit?.referrerUrl ?? null,
    discountCodes: (node.discountCodes ?? []).map((code) => ({ code, amount: null, type: null })),
    noteAttributes: (node.customAttributes ?? []).map(({ key, value }) => ({ name: key, value: value ?? "" })),
    note: node.note,
    tags: node.tags ?? [],
    customerLocale: node.customerLocale,
    checkoutToken: node.checkoutToken,
    cartToken: node.cartToken,
    financialStatus: node.displayFinancialStatus,
    fulfillmentStatus: node.displayFulfillmentStatus,
    currency: node.currencyCode,
    presentmentCurrency: node.presentmentCurrencyCode ?? node.currencyCode,
    subtotal: amountOf(node.subtotalPriceSet),
    discounts: amountOf(node.totalDiscountsSet),
    shipping: amountOf(node.totalShippingPriceSet),
    tax: amountOf(node.totalTaxSet),
    total: amountOf(node.totalPriceSet),
    presentmentTotal: presentedOf(node.totalPriceSet) ?? amountOf(node.totalPriceSet),
    presentmentSubtotal: presentedOf(node.subtotalPriceSet),
    presentmentDiscounts: presentedOf(node.totalDiscountsSet),
    presentmentShipping: presentedOf(node.totalShippingPriceSet),
    presentmentTax: presentedOf(node.totalTaxSet),
    test: node.test ?? false,
    processedAt: node.processedAt,
    createdAt: node.createdAt,
    cancelledAt: node.cancelledAt,
    cancelReason: node.cancelReason,
    lineItems: lines.map(lineRow),
  };
}

/** As the webhooks name them. */
const APPLICATIONS: Record<string, string> = {
  DiscountCodeApplication: "discount_code",
  AutomaticDiscountApplication: "automatic",
  ManualDiscountApplication: "manual",
  ScriptDiscountApplication: "script",
};

function lineRow(node: LineItemNode): LineItemRow {
  const allocations = (node.discountAllocations ?? []).map(({ allocatedAmountSet, discountApplication }) => ({
    amount: amountOf(allocatedAmountSet),
    presentmentAmount: presentedOf(allocatedAmountSet),
    type: APPLICATIONS[discountApplication?.__typename ?? ""] ?? null,
    code: discountApplication?.code ?? null,
    title: discountApplication?.title ?? null,
  }));
  return {
    id: idOf(node.id),
    productId: idOrNull(node.product),
    variantId: idOrNull(node.variant),
    title: node.title,
    sku: node.sku,
    quantity: node.quantity,
    price: amountOf(node.originalUnitPriceSet),
    discount: sumOf(allocations.map(({ amount }) => amount)),
    presentmentPrice: presentedOf(node.originalUnitPriceSet),
    presentmentDiscount: sumOfKnown(allocations.map(({ presentmentAmount }) => presentmentAmount)),
    allocations,
  };
}
