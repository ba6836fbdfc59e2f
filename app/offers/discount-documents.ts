// What we ask Shopify about discounts: one document a method, with the same names for the same things in all of them.

export type Method = "code" | "automatic";

export type ContextNode = { __typename: string; customers?: { id: string }[]; segments?: { id: string }[] };
export type DiscountNode = {
  id: string;
  discount: { __typename: string; status?: string; tags?: string[]; context?: ContextNode };
};
type Refusal = { code?: string | null; field?: string[] | null; message: string };
export type Changed = { result: { node?: DiscountNode | null; userErrors: Refusal[] } };

export const READ = /* GraphQL */ `
  query ReadOfferDiscount($id: ID!) {
    discountNode(id: $id) {
      id
      discount {
        __typename
        ... on DiscountCodeBasic {
          status
          tags
          context {
            ...Who
          }
        }
        ... on DiscountAutomaticBasic {
          status
          tags
          context {
            ...Who
          }
        }
      }
    }
  }

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

export const FIND = /* GraphQL */ `
  query FindOfferDiscount($query: String!) {
    discountNodes(first: 5, query: $query) {
      nodes {
        id
        discount {
          __typename
          ... on DiscountCodeBasic {
            status
            tags
            context {
              ...Who
            }
          }
          ... on DiscountAutomaticBasic {
            status
            tags
            context {
              ...Who
            }
          }
        }
      }
    }
  }

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

export const CUSTOMERS = /* GraphQL */ `
  query FindOfferCustomers($ids: [ID!]!) {
    nodes(ids: $ids) {
      id
    }
  }
`;

export const CREATE: Record<Method, string> = {
  code: /* GraphQL */ `
    mutation CreateCodeDiscount($input: DiscountCodeBasicInput!) {
      result: discountCodeBasicCreate(basicCodeDiscount: $input) {
        node: codeDiscountNode {
          id
          discount: codeDiscount {
            __typename
            ... on DiscountCodeBasic {
              status
              tags
              context {
                ...Who
              }
            }
          }
        }
        userErrors {
          code
          field
          message
        }
      }
    }

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
  `,
  automatic: /* GraphQL */ `
    mutation CreateAutomaticDiscount($input: DiscountAutomaticBasicInput!) {
      result: discountAutomaticBasicCreate(automaticBasicDiscount: $input) {
        node: automaticDiscountNode {
          id
          discount: automaticDiscount {
            __typename
            ... on DiscountAutomaticBasic {
              status
              tags
              context {
                ...Who
              }
            }
          }
        }
        userErrors {
          code
          field
          message
        }
      }
    }

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
  `,
};

export const UPDATE: Record<Method, string> = {
  code: /* GraphQL */ `
    mutation UpdateCodeDiscount($id: ID!, $input: DiscountCodeBasicInput!) {
      result: discountCodeBasicUpdate(id: $id, basicCodeDiscount: $input) {
        node: codeDiscountNode {
          id
          discount: codeDiscount {
            __typename
            ... on DiscountCodeBasic {
              status
              tags
              context {
                ...Who
              }
            }
          }
        }
        userErrors {
          code
          field
          message
        }
      }
    }

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
  `,
  automatic: /* GraphQL */ `
    mutation UpdateAutomaticDiscount($id: ID!, $input: DiscountAutomaticBasicInput!) {
      result: discountAutomaticBasicUpdate(id: $id, automaticBasicDiscount: $input) {
        node: automaticDiscountNode {
          id
          discount: automaticDiscount {
            __typename
            ... on DiscountAutomaticBasic {
              status
              tags
              context {
                ...Who
              }
            }
          }
        }
        userErrors {
          code
          field
          message
        }
      }
    }

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
  `,
};

export const DEACTIVATE: Record<Method, string> = {
  code: /* GraphQL */ `
    mutation StopCodeDiscount($id: ID!) {
      result: discountCodeDeactivate(id: $id) {
        userErrors {
          code
          field
          message
        }
      }
    }
  `,
  automatic: /* GraphQL */ `
    mutation StopAutomaticDiscount($id: ID!) {
      result: discountAutomaticDeactivate(id: $id) {
        userErrors {
          code
          field
          message
        }
      }
    }
  `,
};

export const REMOVE: Record<Method, string> = {
  code: /* GraphQL */ `
    mutation DeleteCodeDiscount($id: ID!) {
      result: discountCodeDelete(id: $id) {
        userErrors {
          code
          field
          message
        }
      }
    }
  `,
  automatic: /* GraphQL */ `
    mutation DeleteAutomaticDiscount($id: ID!) {
      result: discountAutomaticDelete(id: $id) {
        userErrors {
          code
          field
          message
        }
      }
    }
  `,
};
