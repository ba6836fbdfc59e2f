// Queries of the nightly comparison: all objects of a kind that changed since an instant, oldest first, with their children.
import type { Kind } from "../../../source.ts";
import {
  ADDRESS_FIELDS,
  CUSTOMER_FIELDS,
  LINE_ITEM_FIELDS,
  ORDER_FIELDS,
  PAGE,
  PRODUCT_FIELDS,
  SHIPPING_LINE_FIELDS,
} from "./queries.ts";

const CHANGED_PRODUCTS = /* GraphQL */ `
  query ChangedProducts($query: String!, $after: String) {
    page: products(first: 50, after: $after, query: $query, sortKey: UPDATED_AT) {
      ${PAGE}
      nodes {
        ...ProductFields
      }
    }
  }
  ${PRODUCT_FIELDS}
`;

const CHANGED_CUSTOMERS = /* GraphQL */ `
  query ChangedCustomers($query: String!, $after: String) {
    page: customers(first: 10, after: $after, query: $query, sortKey: UPDATED_AT) {
      ${PAGE}
      nodes {
        ...CustomerFields
        children: addressesV2(first: 100) {
          ${PAGE}
          nodes {
            ...AddressFields
          }
        }
      }
    }
  }
  ${CUSTOMER_FIELDS}
  ${ADDRESS_FIELDS}
`;

const CHANGED_ORDERS = /* GraphQL */ `
  query ChangedOrders($query: String!, $after: String) {
    page: orders(first: 10, after: $after, query: $query, sortKey: UPDATED_AT) {
      ${PAGE}
      nodes {
        ...OrderFields
        children: lineItems(first: 100) {
          ${PAGE}
          nodes {
            ...LineItemFields
          }
        }
        shippingLines(first: 50, includeRemovals: true) {
          nodes {
            ...ShippingLineFields
          }
        }
      }
    }
  }
  ${ORDER_FIELDS}
  ${LINE_ITEM_FIELDS}
  ${SHIPPING_LINE_FIELDS}
`;

export const changedQueryOf: Record<Kind, string> = {
  products: CHANGED_PRODUCTS,
  customers: CHANGED_CUSTOMERS,
  orders: CHANGED_ORDERS,
};

/** The next addresses of a customer who has more addresses than one page. */
export const MORE_ADDRESSES = /* GraphQL */ `
  query MoreAddresses($id: ID!, $after: String) {
    parent: customer(id: $id) {
      children: addressesV2(first: 100, after: $after) {
        ${PAGE}
        nodes {
          ...AddressFields
        }
      }
    }
  }
  ${ADDRESS_FIELDS}
`;

/** The next lines of an order that has more lines than one page. */
export const MORE_LINES = /* GraphQL */ `
  query MoreLines($id: ID!, $after: String) {
    parent: order(id: $id) {
      children: lineItems(first: 100, after: $after) {
        ${PAGE}
        nodes {
          ...LineItemFields
        }
      }
    }
  }
  ${LINE_ITEM_FIELDS}
`;
