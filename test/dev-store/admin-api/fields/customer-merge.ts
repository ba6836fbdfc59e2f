// The fields of customer merges: what a merge would keep, what prevents it, and the result of a requested merge.

import type { GraphQLResolveInfo } from "graphql";
import { allOrdersOf } from "../../history.ts";
import { mergeFaults, mergesOf, mergeUnderWay, type MergeFault, type MergeJob } from "../../merge/merge.ts";
import { LONGEST_NOTE, MOST_TAGS, movedMetafields, planMerge, type MergePlan } from "../../merge/plan.ts";
import type { Customer, Discount } from "../../model.ts";
import { connect, connectInOrder, mapConnection, type PageArgs } from "../connection.ts";
import type { Context, Fields } from "../context.ts";
import { gid, idOf } from "../gid.ts";
import { badRequest } from "../refusal.ts";
import { discountNode } from "./discount/discount.ts";
import { orderConnection, type OrdersArgs } from "./order-list.ts";

export type MergeArgs = {
  customerOneId: string;
  customerTwoId: string;
  overrideFields?: Record<string, string | string[] | null> | null;
};

/** The overrides with plain ids. */
export function overridesOf({ overrideFields }: MergeArgs): Record<string, string | string[] | null> {
  const entries = Object.entries(overrideFields ?? {});
  return Object.fromEntries(
    entries.map(([name, value]) => [name, name.startsWith("customerId") ? idOf("Customer", String(value)) : value]),
  );
}

export function mergeableOf(customer: Customer, _args: never, { shop }: Context): unknown {
  const faults = mergeFaults(shop, customer);
  const job = mergeUnderWay(shop, customer.id);
  return {
    isMergeable: faults.length === 0,
    errorFields: faults.map(({ field }) => field.toUpperCase()),
    reason: faults[0]?.message ?? null,
    mergeInProgress: job === null ? null : requestOf(job),
  };
}

function requestOf(job: MergeJob): unknown {
  return {
    jobId: gid("Job", job.id),
    resultingCustomerId: gid("Customer", job.keptId),
    status: job.status,
    customerMergeErrors: job.faults.map(wordError),
  };
}

function wordError({ field, message }: MergeFault): unknown {
  return { errorFields: [field.toUpperCase()], message };
}

function discountsFor({ shop }: Context, { kept, gone }: MergePlan): Discount[] {
  return [...shop.discounts.values()].filter(
    ({ context }) => context.kind === "customers" && [kept.id, gone.id].some((id) => context.customerIds.includes(id)),
  );
}

const ordersOfBoth = ({ kept, gone }: MergePlan, { shop }: Context) =>
  [kept, gone].flatMap(({ id }) => allOrdersOf(shop, id));

function metafieldsOfBoth(plan: MergePlan, { shop }: Context): number {
  const ownerId = gid("Customer", plan.kept.id);
  const own = [...shop.metafields.values()].filter((one) => one.ownerId === ownerId).length;
  return own + movedMetafields(shop, plan).length;
}

export const mergeFields: Fields = {
  addresses: ({ addresses }: MergePlan, args: PageArgs, context: Context) => connectInOrder(context, addresses, args),
  discountNodeCount: (plan: MergePlan, _args: never, context: Context) => String(discountsFor(context, plan).length),
  discountNodes: (plan: MergePlan, args: PageArgs, context: Context) => {
    const order = { id: (one: Discount) => one.id, value: (one: Discount) => one.createdAt };
    return mapConnection(connect(context, discountsFor(context, plan), args, order), discountNode);
  },
  displayName: ({ firstName, lastName, email, phone }: MergePlan) =>
    `${firstName} ${lastName}`.trim() || email?.email || phone?.phone || "",
  draftOrderCount: () => "0",
  giftCardCount: () => "0",
  metafieldCount: (plan: MergePlan, _args: never, context: Context) => String(metafieldsOfBoth(plan, context)),
  orderCount: (plan: MergePlan, _args: never, context: Context) => String(ordersOfBoth(plan, context).length),
  orders: (plan: MergePlan, args: OrdersArgs, context: Context, info: GraphQLResolveInfo) =>
    orderConnection(context, info, ordersOfBoth(plan, context), args),
  phoneNumber: ({ phone }: MergePlan) => phone,
  firstName: ({ firstName }: MergePlan) => firstName || null,
  lastName: ({ lastName }: MergePlan) => lastName || null,
};

/** The values that the merged customer could have instead: the other customer's, where it has one. */
function alternatesOf(plan: MergePlan): unknown {
  const { kept, gone } = plan;
  const other = (from: Customer | null, has: (customer: Customer) => unknown): Customer | null => {
    const rest = from === kept ? gone : kept;
    return has(rest) ? rest : null;
  };
  const name = (field: "firstName" | "lastName"): string | null => {
    const rest = [gone, kept].find((customer) => customer[field] !== plan[field]) ?? gone;
    return rest[field] || null;
  };
  const home = (customer: Customer) => customer.addresses.find(({ id }) => id === customer.defaultAddressId) ?? null;
  return {
    email: other(plan.email, ({ email }) => email),
    phoneNumber: other(plan.phone, ({ phone }) => phone),
    firstName: name("firstName"),
    lastName: name("lastName"),
    defaultAddress:
      [gone, kept].map(home).find((address) => address !== null && address !== plan.defaultAddress) ?? null,
  };
}

function blockersOf({ note, tags }: MergePlan): { note: string | null; tags: string[] } | null {
  const long = note !== null && note.length > LONGEST_NOTE;
  if (!long && tags.length <= MOST_TAGS) return null;
  return { note: long ? note : null, tags: tags.length > MOST_TAGS ? tags : [] };
}

function preview(_: unknown, args: MergeArgs, { shop }: Context): unknown {
  if (args.customerOneId === args.customerTwoId) throw badRequest("Customers must be different.");
  const [one, two] = [args.customerOneId, args.customerTwoId].map((id) =>
    shop.customers.get(idOf("Customer", id) ?? ""),
  );
  if (one === undefined || two === undefined) throw badRequest("Customer does not exist.");
  const plan = planMerge(one, two, overridesOf(args));
  const faults = [one, two].flatMap((customer) => mergeFaults(shop, customer));
  return {
    resultingCustomerId: gid("Customer", plan.kept.id),
    defaultFields: plan,
    alternateFields: alternatesOf(plan),
    blockingFields: blockersOf(plan),
    customerMergeErrors: faults.length === 0 ? null : faults.map(wordError),
  };
}

function jobOf({ shop }: Context, id: string): MergeJob | null {
  return mergesOf(shop).find((job) => job.id === idOf("Job", id)) ?? null;
}

export const mergeQueries: Fields = {
  customerMergePreview: preview,
  customerMergeJobStatus: (_: unknown, { jobId }: { jobId: string }, context: Context) => {
    const job = jobOf(context, jobId);
    return job === null ? null : requestOf(job);
  },
  job: (_: unknown, { id }: { id: string }, context: Context) => {
    const job = jobOf(context, id);
    return job === null ? null : { id, done: job.status !== "IN_PROGRESS", query: {} };
  },
};
