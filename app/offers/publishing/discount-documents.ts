// What we ask Shopify about discounts: one document a method, with the same names for the same things in all of them.

export type Method = "code" | "automatic";

export type ContextNode = { __typename: string; customers?: { id: string }[]; segments?: { id: string }[] };
export type DiscountNode = {
  id: string;
  discount: { __typename: string; status?: string; tags?: string[]; context?: ContextNode };
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

const CODE = /* GraphQL */ `
  fragment Code on DiscountCodeBasic {
    status
    tags
    context {
      ...Who
    }
  }
`;

const AUTOMATIC = /* GraphQL */ `
  fragment Automatic on DiscountAutomaticBasic {
    status
    tags
    context {
      ...Who
    }
  }
`;

const EITHER = "id discount { __typename ...Code ...Automatic }";
const FRAGMENTS = CODE + AUTOMATIC + WHO;

export const READ = `query ReadOfferDiscount($id: ID!) { discountNode(id: $id) { ${EITHER} } } ${FRAGMENTS}`;

export const FIND = `query FindOfferDiscount($query: String!) {
  discountNodes(first: 5, query: $query) { nodes { ${EITHER} } }
} ${FRAGMENTS}`;

export const CUSTOMERS = /* GraphQL */ `
  query FindOfferCustomers($ids: [ID!]!) {
    nodes(ids: $ids) {
      id
    }
  }
`;

/** A mutation whose answer is read as Changed. */
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
