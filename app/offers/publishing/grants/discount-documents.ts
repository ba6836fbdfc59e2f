// GraphQL documents about discounts: one for code discounts and one for automatic discounts, with the same names for the same
// fields.

import type { ValueNode } from "./grant-form.ts";
import { VALUE } from "./grants.ts";

export type Method = "code" | "automatic";

export type ContextNode = { __typename: string; customers?: { id: string }[]; segments?: { id: string }[] };
export type DiscountNode = { id: string; discount: { __typename: string } & Partial<DiscountBody> };
export type DiscountBody = {
  title: string;
  status: string;
  tags: string[];
  startsAt: string;
  endsAt: string | null;
  context: ContextNode;
  customerGets: { value: ValueNode; items: { __typename: string } };
  minimumRequirement: { __typename: string } | null;
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

const BODY = `
  title
  status
  tags
  startsAt
  endsAt
  context {
    ...Who
  }
  customerGets {
    value {
      ${VALUE}
    }
    items {
      __typename
    }
  }
  minimumRequirement {
    __typename
  }
  combinesWith {
    orderDiscounts
    productDiscounts
    shippingDiscounts
  }
`;

const CODE = `fragment Code on DiscountCodeBasic { ${BODY} codesCount { count } codes(first: 1) { nodes { code } } usageLimit appliesOncePerCustomer }`;
const AUTOMATIC = `fragment Automatic on DiscountAutomaticBasic { ${BODY} }`;

const EITHER = "id discount { __typename ...Code ...Automatic }";
const FRAGMENTS = CODE + AUTOMATIC + WHO;

export const READ = `query ReadOfferDiscount($id: ID!) { discountNode(id: $id) { ${EITHER} } } ${FRAGMENTS}`;

export const FIND = `query FindOfferDiscounts($query: String!, $after: String) {
  discountNodes(first: 25, query: $query, after: $after) { nodes { ${EITHER} } pageInfo { hasNextPage endCursor } }
} ${FRAGMENTS}`;

/** The newest discounts, without a search: Shopify's search may lag behind. */
export const NEWEST = `query NewestDiscounts {
  discountNodes(first: 25, sortKey: CREATED_AT, reverse: true) { nodes { ${EITHER} } }
} ${FRAGMENTS}`;

export const OF_CODE = `query ReadDiscountOfCode($code: String!) {
  discountNode: codeDiscountNodeByCode(code: $code) { id discount: codeDiscount { __typename ...Code } }
} ${CODE} ${WHO}`;

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

const changeCode = (signature: string, field: string) =>
  change(signature, field, "node: codeDiscountNode { id discount: codeDiscount { __typename ...Code } }", CODE + WHO);

const changeAutomatic = (signature: string, field: string) =>
  change(
    signature,
    field,
    "node: automaticDiscountNode { id discount: automaticDiscount { __typename ...Automatic } }",
    AUTOMATIC + WHO,
  );

export const CREATE: Record<Method, string> = {
  code: changeCode(
    "CreateCodeDiscount($input: DiscountCodeBasicInput!)",
    "discountCodeBasicCreate(basicCodeDiscount: $input)",
  ),
  automatic: changeAutomatic(
    "CreateAutomaticDiscount($input: DiscountAutomaticBasicInput!)",
    "discountAutomaticBasicCreate(automaticBasicDiscount: $input)",
  ),
};

export const UPDATE: Record<Method, string> = {
  code: changeCode(
    "UpdateCodeDiscount($id: ID!, $input: DiscountCodeBasicInput!)",
    "discountCodeBasicUpdate(id: $id, basicCodeDiscount: $input)",
  ),
  automatic: changeAutomatic(
    "UpdateAutomaticDiscount($id: ID!, $input: DiscountAutomaticBasicInput!)",
    "discountAutomaticBasicUpdate(id: $id, automaticBasicDiscount: $input)",
  ),
};

export const DEACTIVATE: Record<Method, string> = {
  code: change("StopCodeDiscount($id: ID!)", "discountCodeDeactivate(id: $id)"),
  automatic: change("StopAutomaticDiscount($id: ID!)", "discountAutomaticDeactivate(id: $id)"),
};

export const REMOVE: Record<Method, string> = {
  code: change("DeleteCodeDiscount($id: ID!)", "discountCodeDelete(id: $id)"),
  automatic: change("DeleteAutomaticDiscount($id: ID!)", "discountAutomaticDelete(id: $id)"),
};
