// GraphQL documents about discounts: one for code discounts and one for automatic discounts, with the same names for the same
// fields.

import type { Family, GivesNode } from "./grant-form.ts";
import { ITEMS } from "./items.ts";

export type Method = "code" | "automatic";

export type ContextNode = { __typename: string; customers?: { id: string }[]; segments?: { id: string }[] };
export type DiscountNode = { id: string; discount: { __typename: string } & Partial<DiscountBody> };
export type DiscountBody = GivesNode & {
  title: string;
  status: string;
  tags: string[];
  startsAt: string;
  endsAt: string | null;
  context: ContextNode;
  minimumRequirement: {
    greaterThanOrEqualToSubtotal?: { amount: string };
    greaterThanOrEqualToQuantity?: string;
  } | null;
  combinesWith: { orderDiscounts: boolean; productDiscounts: boolean; shippingDiscounts: boolean };
  /** Only code discounts have the next three fields. */
  codesCount: { count: number } | null;
  codes: { nodes: { code: string }[] };
  usageLimit: number | null;
  appliesOncePerCustomer: boolean;
};
type Refusal = { code?: string | null; field?: string[] | null; message: string };
export type Changed = { result: { node?: DiscountNode | null; userErrors: Refusal[] } };

const WHO = /* GraphQL */ `
  fragment Who on DiscountContext {
    __typename
    ... on DiscountCustomers {
      customers {
        id
      }
    }
    ... on DiscountCustomerSegments {
      segments {
        id
      }
    }
  }
`;

const HEAD = "title status tags context { ...Who }";
const COMBINES = "combinesWith { orderDiscounts productDiscounts shippingDiscounts }";
const OF_CODES = "codesCount { count } codes(first: 1) { nodes { code } } usageLimit appliesOncePerCustomer";
const PERCENTAGE = "... on DiscountPercentage { percentage }";
const VALUE = `value {
  ${PERCENTAGE}
  ... on DiscountAmount { amount { amount currencyCode } appliesOnEachItem }
  ... on DiscountOnQuantity { quantity { quantity } effect { ${PERCENTAGE} } }
}`;
const GETS = `customerGets { ${VALUE} ${ITEMS} }`;
const BUYS = `customerBuys { value { ... on DiscountQuantity { quantity } ... on DiscountPurchaseAmount { amount } } ${ITEMS} }`;
const MINIMUM = `minimumRequirement {
  ... on DiscountMinimumSubtotal { greaterThanOrEqualToSubtotal { amount } }
  ... on DiscountMinimumQuantity { greaterThanOrEqualToQuantity }
}`;
const SHIPPING = "destinationSelection { __typename } maximumShippingPrice { amount }";

/** What is read of each type of discount, beside the head. */
const GIVES: Record<Family, string> = {
  Basic: `${GETS} ${MINIMUM}`,
  Bxgy: `${BUYS} ${GETS} usesPerOrderLimit`,
  FreeShipping: `${MINIMUM} ${SHIPPING}`,
};
const FAMILIES = Object.keys(GIVES) as Family[];

const bodyOf = (family: Family): string => `${HEAD} startsAt endsAt ${COMBINES} ${GIVES[family]}`;
const fragmentOf = (family: Family, method: Method): string =>
  method === "code"
    ? `fragment Code${family} on DiscountCode${family} { ${bodyOf(family)} ${OF_CODES} }`
    : `fragment Automatic${family} on DiscountAutomatic${family} { ${bodyOf(family)} }`;
const fragmentsOf = (method: Method): string => FAMILIES.map((family) => fragmentOf(family, method)).join(" ");
const spreadOf = (method: Method): string =>
  FAMILIES.map((family) => `...${method === "code" ? "Code" : "Automatic"}${family}`).join(" ");

const EITHER = `id discount { __typename ${spreadOf("code")} ${spreadOf("automatic")} }`;
const FRAGMENTS = fragmentsOf("code") + fragmentsOf("automatic") + WHO;

/** Of a discount in a list, only the head is read, because a list of items costs points for each discount. */
const HEADS = `id discount { __typename ${FAMILIES.flatMap((family) => [
  `DiscountCode${family}`,
  `DiscountAutomatic${family}`,
])
  .map((type) => `... on ${type} { ${HEAD} }`)
  .join(" ")} }`;

export const READ = `query ReadOfferDiscount($id: ID!) { discountNode(id: $id) { ${EITHER} } } ${FRAGMENTS}`;

export const FIND = `query FindOfferDiscounts($query: String!, $after: String) {
  discountNodes(first: 25, query: $query, after: $after) { nodes { ${HEADS} } pageInfo { hasNextPage endCursor } }
} ${WHO}`;

/** The newest discounts, without a search: Shopify's search may lag behind. */
export const NEWEST = `query NewestDiscounts {
  discountNodes(first: 25, sortKey: CREATED_AT, reverse: true) { nodes { ${HEADS} } }
} ${WHO}`;

export const OF_CODE = `query ReadDiscountOfCode($code: String!) {
  discountNode: codeDiscountNodeByCode(code: $code) { id discount: codeDiscount { __typename ${spreadOf("code")} } }
} ${fragmentsOf("code")} ${WHO}`;

export const CUSTOMERS = /* GraphQL */ `
  query FindOfferCustomers($ids: [ID!]!) {
    nodes(ids: $ids) {
      id
    }
  }
`;

/** A mutation whose answer has the type Changed. */
const change = (signature: string, field: string, selection = "", fragments = "") =>
  `mutation ${signature} { result: ${field} { ${selection} userErrors { code field message } } } ${fragments}`;

const ARGUMENTS: Record<Family, Record<Method, string>> = {
  Basic: { code: "basicCodeDiscount", automatic: "automaticBasicDiscount" },
  Bxgy: { code: "bxgyCodeDiscount", automatic: "automaticBxgyDiscount" },
  FreeShipping: { code: "freeShippingCodeDiscount", automatic: "freeShippingAutomaticDiscount" },
};

const NODES: Record<Method, [noun: string, field: string, discount: string]> = {
  code: ["Code", "codeDiscountNode", "codeDiscount"],
  automatic: ["Automatic", "automaticDiscountNode", "automaticDiscount"],
};

/** The answer may have another type of discount than the mutation, where Shopify has the discount as another type. */
function put(family: Family, method: Method, verb: "Create" | "Update"): string {
  const [noun, field, discount] = NODES[method];
  const [declared, given] = verb === "Update" ? ["$id: ID!, ", "id: $id, "] : ["", ""];
  return change(
    `${verb}${noun}Discount(${declared}$input: Discount${noun}${family}Input!)`,
    `discount${noun}${family}${verb}(${given}${ARGUMENTS[family][method]}: $input)`,
    `node: ${field} { id discount: ${discount} { __typename ${spreadOf(method)} } }`,
    fragmentsOf(method) + WHO,
  );
}

const puts = (verb: "Create" | "Update"): Record<Family, Record<Method, string>> =>
  Object.fromEntries(
    FAMILIES.map((family) => [family, { code: put(family, "code", verb), automatic: put(family, "automatic", verb) }]),
  ) as Record<Family, Record<Method, string>>;

export const CREATE = puts("Create");
export const UPDATE = puts("Update");

export const DEACTIVATE: Record<Method, string> = {
  code: change("StopCodeDiscount($id: ID!)", "discountCodeDeactivate(id: $id)"),
  automatic: change("StopAutomaticDiscount($id: ID!)", "discountAutomaticDeactivate(id: $id)"),
};

export const REMOVE: Record<Method, string> = {
  code: change("DeleteCodeDiscount($id: ID!)", "discountCodeDelete(id: $id)"),
  automatic: change("DeleteAutomaticDiscount($id: ID!)", "discountAutomaticDelete(id: $id)"),
};
