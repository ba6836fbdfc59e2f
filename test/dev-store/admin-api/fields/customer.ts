import type { GraphQLResolveInfo } from "graphql";
import { allOrdersOf, amountSpent, lastOrder, ordersOf } from "../../history.ts";
import type { Address, Consent, Customer } from "../../model.ts";
import { toAmount } from "../../money.ts";
import { rfmScores, type Scores } from "../../segments/rfm.ts";
import { connect, connectInOrder, type Order, type PageArgs } from "../connection.ts";
import { orderHorizon, type Context, type Fields } from "../context.ts";
import { gid, idOf } from "../gid.ts";
import { money } from "../money.ts";
import { badRequest } from "../refusal.ts";
import { search, type Searchable } from "../search/search.ts";
import { countryName } from "./address.ts";
import { countOf } from "./count.ts";
import { mergeableOf } from "./customer-merge.ts";
import { metafieldOwner } from "./metafield.ts";
import { orderConnection } from "./order-list.ts";

export function displayName(customer: Customer): string {
  return `${customer.firstName} ${customer.lastName}`.trim() || customer.email || customer.phone || "";
}

export function defaultAddress(customer: Customer): Address | null {
  return customer.addresses.find((address) => address.id === customer.defaultAddressId) ?? null;
}

/** Fields that a customer and a member of a segment have in common. */
export const personFields: Fields = {
  ...metafieldOwner((customer: Customer) => gid("Customer", customer.id)),
  amountSpent: (customer: Customer, _args: never, { shop }: Context) => money(shop, amountSpent(shop, customer.id)),
  defaultAddress,
  defaultEmailAddress: (customer: Customer) => (customer.email === null ? null : customer),
  defaultPhoneNumber: (customer: Customer) => (customer.phone === null ? null : customer),
  displayName,
  firstName: (customer: Customer) => customer.firstName || null,
  lastName: (customer: Customer) => customer.lastName || null,
  mergeable: mergeableOf,
  note: (customer: Customer) => customer.note,
  numberOfOrders: (customer: Customer, _args: never, { shop }: Context) => String(ordersOf(shop, customer.id).length),
};

export const customerFields: Fields = {
  ...personFields,
  id: (customer: Customer) => gid("Customer", customer.id),
  legacyResourceId: (customer: Customer) => customer.id,
  addresses: (customer: Customer, { first }: { first?: number | null }) => customer.addresses.slice(0, first ?? 250),
  addressesV2: (customer: Customer, args: PageArgs, context: Context) =>
    connectInOrder(context, customer.addresses, args),
  canDelete: (customer: Customer, _args: never, { shop }: Context) => allOrdersOf(shop, customer.id).length === 0,
  companyContactProfiles: () => [],
  createdAt: (customer: Customer) => customer.createdAt,
  updatedAt: (customer: Customer) => customer.updatedAt,
  dataSaleOptOut: () => false,
  email: (customer: Customer) => customer.email,
  phone: (customer: Customer) => customer.phone,
  emailMarketingConsent: (customer: Customer) =>
    customer.email === null ? null : { ...oldConsent(customer.emailConsent), sourceLocation: null },
  smsMarketingConsent: (customer: Customer) =>
    customer.phone === null
      ? null
      : {
          ...oldConsent(customer.smsConsent),
          marketingOptInLevel: customer.smsConsent.optInLevel ?? "SINGLE_OPT_IN",
          consentCollectedFrom: "OTHER",
          sourceLocation: null,
        },
  hasTimelineComment: () => false,
  lastOrder: (customer: Customer, _args: never, context: Context) => {
    const last = lastOrder(context.shop, customer.id);
    const horizon = orderHorizon(context);
    return last === null || (horizon !== null && last.createdAt < horizon) ? null : last;
  },
  lifetimeDuration: (customer: Customer, _args: never, { store }: Context) => {
    const days = Math.floor((store.clock.now().getTime() - Date.parse(customer.createdAt)) / 86_400_000);
    return days < 60
      ? `${days} days`
      : days < 730
        ? `about ${Math.floor(days / 30)} months`
        : `over ${Math.floor(days / 365)} years`;
  },
  locale: (customer: Customer) => customer.locale,
  market: () => null,
  multipassIdentifier: () => null,
  orders: (
    customer: Customer,
    args: PageArgs & { query?: string | null; sortKey?: string },
    context: Context,
    info: GraphQLResolveInfo,
  ) => orderConnection(context, info, allOrdersOf(context.shop, customer.id), args),
  productSubscriberStatus: () => "NEVER_SUBSCRIBED",
  state: (customer: Customer) => customer.state,
  statistics: (customer: Customer, _args: never, context: Context) => {
    const { groups, tiers } = scoresOf(context);
    return {
      predictedSpendTier: tiers.get(customer.id) ?? null,
      rfmGroup: groups.get(customer.id) ?? "PROSPECTS",
    };
  },
  storeCreditAccounts: (_: Customer, args: PageArgs, context: Context) => connectInOrder(context, [], args),
  tags: (customer: Customer) => [...customer.tags].sort(),
  taxExempt: () => false,
  taxExemptions: () => [],
  validEmailAddress: (customer: Customer) => customer.email !== null,
  verifiedEmail: (customer: Customer) => customer.verifiedEmail,
};

const scores = new WeakMap<Context, Scores>();

/** Computed once for each request. */
function scoresOf(context: Context): Scores {
  const found = scores.get(context) ?? rfmScores(context.shop);
  scores.set(context, found);
  return found;
}

function oldConsent({ state, optInLevel, updatedAt }: Consent): Record<string, unknown> {
  return { marketingState: state, marketingOptInLevel: optInLevel, consentUpdatedAt: updatedAt };
}

export const emailAddressFields: Fields = {
  emailAddress: (customer: Customer) => customer.email,
  marketingState: (customer: Customer) => customer.emailConsent.state,
  marketingOptInLevel: (customer: Customer) => customer.emailConsent.optInLevel,
  marketingUpdatedAt: (customer: Customer) => customer.emailConsent.updatedAt,
  marketingUnsubscribeUrl: (customer: Customer, _args: never, { shop }: Context) =>
    `https://${shop.domain}/account/unsubscribe/${customer.id}`,
  openTrackingLevel: () => "UNKNOWN",
  openTrackingUrl: (customer: Customer, _args: never, { shop }: Context) =>
    `https://${shop.domain}/account/opened/${customer.id}`,
  sourceLocation: () => null,
  validFormat: () => true,
};

export const phoneNumberFields: Fields = {
  phoneNumber: (customer: Customer) => customer.phone,
  marketingState: (customer: Customer) => customer.smsConsent.state,
  marketingOptInLevel: (customer: Customer) => customer.smsConsent.optInLevel,
  marketingUpdatedAt: (customer: Customer) => customer.smsConsent.updatedAt,
  marketingCollectedFrom: (customer: Customer) => (customer.smsConsent.updatedAt === null ? null : "OTHER"),
  smsMarketingConsent: ({ smsConsent }: Customer) => ({
    state: smsConsent.state === "NOT_SUBSCRIBED" ? "NEVER_SUBSCRIBED" : smsConsent.state,
    optInLevel: smsConsent.optInLevel,
    updatedAt: smsConsent.updatedAt,
    collectedFrom: smsConsent.updatedAt === null ? null : "OTHER",
    sourceLocation: null,
  }),
  whatsAppMarketingConsent: () => ({
    state: "NEVER_SUBSCRIBED",
    optInLevel: null,
    updatedAt: null,
    collectedFrom: null,
    sourceLocation: null,
  }),
  sourceLocation: () => null,
};

function searchableIn({ shop }: Context): Searchable<Customer> {
  return {
    words: (one) => [one.firstName, one.lastName, one.email, one.phone, ...one.tags],
    filters: {
      accepts_marketing: { type: "flag", of: (one) => one.emailConsent.state === "SUBSCRIBED" },
      country: {
        type: "word",
        of: (one) => one.addresses.flatMap((at) => [at.countryCode, countryName(at.countryCode)]),
      },
      customer_date: { type: "time", of: (one) => one.createdAt },
      email: { type: "text", of: (one) => one.email },
      first_name: { type: "text", of: (one) => one.firstName },
      id: { type: "id", of: (one) => one.id },
      last_name: { type: "text", of: (one) => one.lastName },
      order_date: { type: "time", of: (one) => ordersOf(shop, one.id).map((order) => order.processedAt) },
      orders_count: { type: "number", of: (one) => String(ordersOf(shop, one.id).length) },
      phone: { type: "text", of: (one) => one.phone },
      state: { type: "word", of: (one) => one.state },
      tag: { type: "word", of: (one) => one.tags },
      total_spent: { type: "money", of: (one) => toAmount(amountSpent(shop, one.id), shop.currency) },
      updated_at: { type: "time", of: (one) => one.updatedAt, wholeDays: true },
    },
  };
}

/** As recorded, the count has fewer filters than the list. */
const countable: Searchable<Customer> = {
  words: () => null,
  filters: {
    created_at: { type: "time", of: (one) => one.createdAt },
    id: { type: "id", of: (one) => one.id },
    updated_at: { type: "time", of: (one) => one.updatedAt, wholeDays: true },
  },
};

const ORDERS: Record<string, Order<Customer>["value"]> = {
  CREATED_AT: (one) => Date.parse(one.createdAt),
  LOCATION: (one) => {
    const at = defaultAddress(one);
    // Customers without an address come last.
    if (at === null) return "\uffff";
    return `${countryName(at.countryCode) ?? ""}, ${at.provinceCode ?? ""}, ${at.city}`.toLowerCase();
  },
  NAME: (one) => `${one.lastName}, ${one.firstName}`.toLowerCase(),
  UPDATED_AT: (one) => Date.parse(one.updatedAt),
};

type CustomersArgs = PageArgs & { query?: string | null; sortKey?: string };
type Identifier = { id?: string | null; emailAddress?: string | null; phoneNumber?: string | null };

export const customerQueries: Fields = {
  customer: (_: unknown, { id }: { id: string }, { shop }: Context) =>
    shop.customers.get(idOf("Customer", id) ?? "") ?? null,
  customers: (_: unknown, args: CustomersArgs, context: Context, info: GraphQLResolveInfo) => {
    const found = search(context, info, [...context.shop.customers.values()], args.query, searchableIn(context));
    const value = ORDERS[args.sortKey ?? "ID"] ?? ((one: Customer) => BigInt(one.id));
    return connect(context, found, args, { id: (one) => one.id, value });
  },
  customersCount: (
    _: unknown,
    args: { query?: string | null; limit?: number | null },
    context: Context,
    info: GraphQLResolveInfo,
  ) => countOf(search(context, info, [...context.shop.customers.values()], args.query, countable).length, args.limit),
  customerByIdentifier: (_: unknown, { identifier }: { identifier: Identifier }, { shop }: Context) => {
    const given = Object.values(identifier).filter((value) => value != null);
    if (given.length !== 1) throw badRequest("Exactly one identifier must be provided.");
    if (identifier.id != null) return shop.customers.get(idOf("Customer", identifier.id) ?? "") ?? null;
    const email = identifier.emailAddress?.toLowerCase();
    for (const one of shop.customers.values()) {
      if (email !== undefined ? one.email?.toLowerCase() === email : one.phone === identifier.phoneNumber) return one;
    }
    return null;
  },
};
