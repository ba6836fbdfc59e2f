import type { GraphQLResolveInfo } from "graphql";
import { amountSpent, lastOrder, ordersOf } from "../../history.ts";
import type { Customer, Segment } from "../../model.ts";
import { FILTERS, type Filter } from "../../segments/catalogue.ts";
import { segmentMembers } from "../../segments/members.ts";
import { connect, type Connection, type Order, type PageArgs } from "../connection.ts";
import type { Context, Fields } from "../context.ts";
import { gid, idOf, ownId } from "../gid.ts";
import { badRequest, refusal } from "../refusal.ts";
import { searchIndex } from "../search/lag.ts";
import { search, type Searchable } from "../search/search.ts";
import { countOf } from "./count.ts";
import { personFields } from "./customer.ts";

export const segmentFields: Fields = {
  id: (segment: Segment) => gid("Segment", segment.id),
  name: (segment: Segment) => segment.name,
  query: (segment: Segment) => segment.query,
  creationDate: (segment: Segment) => segment.creationDate,
  lastEditDate: (segment: Segment) => segment.lastEditDate,
};

export const memberFields: Fields = {
  ...personFields,
  id: (customer: Customer) => gid("CustomerSegmentMember", customer.id),
  lastOrderId: (customer: Customer, _args: never, { shop }: Context) => {
    const last = lastOrder(shop, customer.id);
    return last === null ? null : gid("Order", last.id);
  },
};

type MembersArgs = PageArgs & {
  segmentId?: string | null;
  query?: string | null;
  queryId?: string | null;
  sortKey?: string | null;
  timezone?: string | null;
};
const MOST_MEMBERS = 1000;

function memberOrders({ shop }: Context): Record<string, Order<Customer>["value"]> {
  return {
    created_at: (one) => one.createdAt,
    first_order_date: (one) => ordersOf(shop, one.id)[0]?.processedAt ?? "",
    last_abandoned_order_date: () => "",
    last_order_date: (one) => lastOrder(shop, one.id)?.processedAt ?? "",
    number_of_orders: (one) => ordersOf(shop, one.id).length,
    amount_spent: (one) => amountSpent(shop, one.id),
  };
}

/** The query that the arguments name. Both or none are refused in the recorded words. */
function askedQuery({ shop }: Context, args: MembersArgs): string {
  if (args.segmentId != null && args.query != null) {
    throw badRequest("Providing both segment_id and query is not supported.");
  }
  if (args.query != null) return args.query;
  if (args.segmentId == null) throw badRequest("You must provide one of segment_id or query.");
  const segment = shop.segments.get(ownId("Segment", args.segmentId));
  if (segment === undefined) throw badRequest("Invalid segment ID.");
  return segment.query;
}

type Members = Connection<Customer> & { members: Customer[] };

function membersOf(_: unknown, args: MembersArgs, context: Context): Members {
  const { store, shop } = context;
  const found = segmentMembers(store, shop, askedQuery(context, args), args.timezone ?? "UTC");
  if (!found.ok) throw badRequest(found.messages.join(" "));
  const members = [...found.customerIds].flatMap((id) => shop.customers.get(id) ?? []);
  const value = memberOrders(context)[args.sortKey ?? ""] ?? ((one: Customer) => BigInt(one.id));
  return { ...connect(context, members, args, { id: (one) => one.id, value }, MOST_MEMBERS), members };
}

export const memberConnectionFields: Fields = {
  totalCount: (connection: Members) => connection.totalCount,
  statistics: (connection: Members) => connection,
};

export const statisticsFields: Fields = {
  attributeStatistics: ({ members }: Members, { attributeName }: { attributeName: string }, context: Context) => {
    const values = members.map((one) => {
      if (attributeName === "amount_spent") return amountSpent(context.shop, one.id) / 1_000_000;
      return attributeName === "number_of_orders" ? ordersOf(context.shop, one.id).length : 0;
    });
    const sum = values.reduce((total, value) => total + value, 0);
    return { sum, average: values.length === 0 ? 0 : sum / values.length };
  },
};

const FILTER_TYPES: Record<Filter["type"], string> = {
  boolean: "SegmentBooleanFilter",
  date: "SegmentDateFilter",
  enum: "SegmentEnumFilter",
  float: "SegmentFloatFilter",
  function: "SegmentEventFilter",
  id_list: "SegmentAssociationFilter",
  integer: "SegmentIntegerFilter",
  list: "SegmentStringFilter",
  string: "SegmentStringFilter",
};
const PARAMETER_TYPES: Record<string, string> = {
  id: "INTEGER",
  string: "STRING",
  date: "DATE",
  integer: "INTEGER",
  money: "FLOAT",
  tuple: "STRING",
};

type ListedFilter = { id: string } & Record<string, unknown>;

function listedFilter(queryName: string, filter: Filter): ListedFilter {
  const words = queryName.replace(/^.*\./, "").replaceAll("_", " ");
  return {
    __typename: FILTER_TYPES[filter.type],
    id: queryName,
    queryName,
    localizedName: words.charAt(0).toUpperCase() + words.slice(1),
    multiValue: filter.type === "list" || filter.type === "id_list" || filter.type === "function",
    minRange: null,
    maxRange: null,
    returnValueType: "BOOLEAN",
    parameters: Object.entries(filter.parameters ?? {}).map(([name, type]) => ({
      queryName: name,
      localizedName: name,
      localizedDescription: name.replaceAll("_", " "),
      parameterType: PARAMETER_TYPES[type] ?? "STRING",
      optional: true,
      acceptsMultipleValues: type === "id",
      minRange: null,
      maxRange: null,
    })),
  };
}

function allFilters({ shop }: Context): ListedFilter[] {
  const listed = Object.entries(FILTERS).map(([name, filter]) => listedFilter(name, filter));
  for (const one of shop.metafieldDefinitions.values()) {
    if (one.ownerType !== "CUSTOMER" || !one.adminFilterable) continue;
    listed.push({
      ...listedFilter(`metafields.${one.namespace}.${one.key}`, { type: "string" }),
      localizedName: one.name,
    });
  }
  return listed;
}

const byName = { id: (one: ListedFilter) => one.id, value: (one: ListedFilter) => one.id };

const searchable: Searchable<Segment> = {
  words: (one) => one.name,
  filters: { id: { type: "id", of: (one) => one.id }, name: { type: "text", of: (one) => one.name } },
};
const ORDERS: Record<string, Order<Segment>["value"]> = {
  CREATION_DATE: (one) => one.creationDate,
  LAST_EDIT_DATE: (one) => one.lastEditDate,
};
type SegmentsArgs = PageArgs & { query?: string | null; sortKey?: string };

export const segmentQueries: Fields = {
  segment: (_: unknown, { id }: { id: string }, { shop }: Context) => {
    const segment = shop.segments.get(ownId("Segment", id));
    if (segment === undefined) throw refusal("Segment does not exist", "NOT_FOUND");
    return segment;
  },
  segments: (_: unknown, args: SegmentsArgs, context: Context, info: GraphQLResolveInfo) => {
    const { store, shop } = context;
    const found = searchIndex(store, shop.segments.values(), args.query, (seen) =>
      search(context, info, seen, args.query, searchable),
    );
    const value = ORDERS[args.sortKey ?? ""] ?? ((one: Segment) => BigInt(one.id));
    return connect(context, found, args, { id: (one) => one.id, value });
  },
  segmentsCount: (_: unknown, { limit }: { limit?: number | null }, { shop }: Context) =>
    countOf(shop.segments.size, limit),
  customerSegmentMembers: membersOf,
  customerSegmentMembership: (
    _: unknown,
    args: { customerId: string; segmentIds: string[] },
    { store, shop }: Context,
  ) => {
    const customerId = idOf("Customer", args.customerId) ?? "";
    const memberships = args.segmentIds.flatMap((segmentId) => {
      const segment = shop.segments.get(idOf("Segment", segmentId) ?? "");
      if (segment === undefined) return [];
      const members = segmentMembers(store, shop, segment.query);
      return [{ segmentId, isMember: members.ok && members.customerIds.has(customerId) }];
    });
    return { memberships };
  },
  segmentFilters: (_: unknown, args: PageArgs, context: Context) => connect(context, allFilters(context), args, byName),
  segmentFilterSuggestions: (_: unknown, args: PageArgs & { search: string }, context: Context) => {
    const wanted = args.search.toLowerCase();
    const found = allFilters(context).filter((one) =>
      `${one.id} ${String(one["localizedName"])}`.toLowerCase().includes(wanted),
    );
    return connect(context, found, args, byName);
  },
};
