// The result of a merge: which customer is kept, and which field comes from which customer.
// https://shopify.dev/docs/api/admin-graphql/2026-10/mutations/customerMerge and the recorded merges of parity.test.ts.

import type { Address, Customer, ShopState } from "../model.ts";

export type MergeOverrides = {
  customerIdOfEmailToKeep?: string | null;
  customerIdOfPhoneNumberToKeep?: string | null;
  customerIdOfFirstNameToKeep?: string | null;
  customerIdOfLastNameToKeep?: string | null;
  customerIdOfDefaultAddressToKeep?: string | null;
  note?: string | null;
  tags?: string[] | null;
};

/** The customer that each field comes from. Null: neither has the field. */
export type MergePlan = {
  kept: Customer;
  gone: Customer;
  email: Customer | null;
  phone: Customer | null;
  firstName: string;
  lastName: string;
  addresses: Address[];
  defaultAddress: Address | null;
  note: string | null;
  tags: string[];
};

export const MOST_TAGS = 250;
export const LONGEST_NOTE = 5000;

export function planMerge(one: Customer, two: Customer, overrides: MergeOverrides = {}): MergePlan {
  const kept = whoStays(one, two, overrides);
  return combine(kept, kept === one ? two : one, overrides);
}

export function combine(kept: Customer, gone: Customer, overrides: MergeOverrides): MergePlan {
  const chosen = (id: string | null | undefined, has: (customer: Customer) => boolean): Customer | null =>
    [kept, gone].find((customer) => customer.id === id && has(customer)) ?? [kept, gone].find(has) ?? null;
  const home = chosen(overrides.customerIdOfDefaultAddressToKeep, (customer) => defaultAddressOf(customer) !== null);
  return {
    kept,
    gone,
    email: kept.email === null ? null : kept,
    phone: chosen(overrides.customerIdOfPhoneNumberToKeep, ({ phone }) => phone !== null),
    firstName: chosen(overrides.customerIdOfFirstNameToKeep, ({ firstName }) => firstName !== "")?.firstName ?? "",
    lastName: chosen(overrides.customerIdOfLastNameToKeep, ({ lastName }) => lastName !== "")?.lastName ?? "",
    addresses: [...kept.addresses, ...gone.addresses].sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1)),
    defaultAddress: home === null ? null : defaultAddressOf(home),
    note: [kept.note, gone.note].filter(Boolean).join(" ") || null,
    tags: [...new Set([...kept.tags, ...gone.tags])],
  };
}

/** The rules are in Shopify's order. If no rule decides, the second customer is kept. */
function whoStays(one: Customer, two: Customer, { customerIdOfEmailToKeep: wanted }: MergeOverrides): Customer {
  const named = [one, two].find(({ id, email }) => id === wanted && email !== null);
  if (named !== undefined) return named;
  if ((one.email === null) !== (two.email === null)) return one.email === null ? two : one;
  if (one.email === null) return two;
  const rules = [isEnabled, consentRank, isInvited];
  for (const rule of rules) if (rule(one) !== rule(two)) return rule(one) > rule(two) ? one : two;
  return two;
}

const isEnabled = ({ state }: Customer): number => Number(state === "ENABLED");
const isInvited = ({ state }: Customer): number => Number(state === "INVITED");

function consentRank({ emailConsent: { state } }: Customer): number {
  return state === "SUBSCRIBED" ? 2 : Number(state === "PENDING");
}

function defaultAddressOf(customer: Customer): Address | null {
  return customer.addresses.find(({ id }) => id === customer.defaultAddressId) ?? null;
}

/** The deleted customer's metafields, except those whose key the kept customer has too. */
export function movedMetafields(shop: ShopState, { kept, gone }: Pick<MergePlan, "kept" | "gone">): string[] {
  const ownerOf = (customer: Customer): string => `gid://shopify/Customer/${customer.id}`;
  return [...shop.metafields].flatMap(([place, { ownerId, namespace, key }]) =>
    ownerId === ownerOf(gone) && !shop.metafields.has(`${ownerOf(kept)} ${namespace} ${key}`) ? [place] : [],
  );
}
