// Queries for a shop's history and about bulk operations. A bulk query needs edges and node, and may have two levels of
// connections and no connection within a list: the lines of refunds have a query of their own.
// https://shopify.dev/docs/api/usage/bulk-operations/queries
import type { Kind } from "../../../source.ts";

const MONEY = "shopMoney { amount } presentmentMoney { amount }";

export const PRODUCT_FIELDS = /* GraphQL */ `
  fragment ProductFields on Product {
    id
    title
    handle
    vendor
    productType
    tags
    status
    updatedAt
    featuredMedia {
      preview {
        image {
          url
        }
      }
    }
  }
`;

export const CUSTOMER_FIELDS = /* GraphQL */ `
  fragment CustomerFields on Customer {
    id
    firstName
    lastName
    note
    state
    verifiedEmail
    locale
    tags
    dataSaleOptOut
    createdAt
    updatedAt
    numberOfOrders
    amountSpent {
      amount
      currencyCode
    }
    lastOrder {
      createdAt
    }
    statistics {
      rfmGroup
      predictedSpendTier
    }
    defaultAddress {
      id
    }
    defaultEmailAddress {
      emailAddress
      marketingState
      marketingOptInLevel
      marketingUpdatedAt
    }
    defaultPhoneNumber {
      phoneNumber
      smsMarketingConsent {
        state
        optInLevel
        updatedAt
        collectedFrom
      }
    }
  }
`;

export const ADDRESS_FIELDS = /* GraphQL */ `
  fragment AddressFields on MailingAddress {
    id
    firstName
    lastName
    address1
    address2
    city
    provinceCode
    countryCodeV2
    zip
    phone
  }
`;

export const ORDER_FIELDS = /* GraphQL */ `
  fragment OrderFields on Order {
    id
    name
    email
    phone
    sourceName
    note
    tags
    customerLocale
    checkoutToken
    cartToken
    test
    cancelReason
    cancelledAt
    processedAt
    createdAt
    updatedAt
    currencyCode
    presentmentCurrencyCode
    displayFinancialStatus
    displayFulfillmentStatus
    discountCodes
    customer {
      id
    }
    app {
      id
    }
    customAttributes {
      key
      value
    }
    customerJourneySummary {
      lastVisit {
        landingPage
        referrerUrl
      }
    }
    subtotalPriceSet { ${MONEY} }
    totalDiscountsSet { ${MONEY} }
    totalShippingPriceSet { ${MONEY} }
    totalTaxSet { ${MONEY} }
    totalPriceSet { ${MONEY} }
    taxesIncluded
    currentTotalPriceSet { ${MONEY} }
    currentSubtotalPriceSet { ${MONEY} }
    currentTotalTaxSet { ${MONEY} }
    currentShippingPriceSet { ${MONEY} }
    refunds {
      id
      note
      createdAt
      processedAt
      updatedAt
      totalRefundedSet { ${MONEY} }
    }
  }
`;

const ALLOCATIONS = /* GraphQL */ `
  discountAllocations {
    allocatedAmountSet { ${MONEY} }
    discountApplication {
      __typename
      ... on DiscountCodeApplication {
        code
      }
      ... on AutomaticDiscountApplication {
        title
      }
      ... on ManualDiscountApplication {
        title
      }
      ... on ScriptDiscountApplication {
        title
      }
    }
  }
`;

export const LINE_ITEM_FIELDS = /* GraphQL */ `
  fragment LineItemFields on LineItem {
    id
    title
    sku
    quantity
    currentQuantity
    product {
      id
    }
    variant {
      id
    }
    originalUnitPriceSet { ${MONEY} }
    ${ALLOCATIONS}
  }
`;

/** The type tells shipping lines from line items in a bulk file. */
export const SHIPPING_LINE_FIELDS = /* GraphQL */ `
  fragment ShippingLineFields on ShippingLine {
    __typename
    id
    ${ALLOCATIONS}
  }
`;

const ALL_PRODUCTS = /* GraphQL */ `
  query AllProducts {
    products {
      edges {
        node {
          ...ProductFields
        }
      }
    }
  }
  ${PRODUCT_FIELDS}
`;

const ALL_CUSTOMERS = /* GraphQL */ `
  query AllCustomers {
    customers {
      edges {
        node {
          ...CustomerFields
          addressesV2 {
            edges {
              node {
                ...AddressFields
              }
            }
          }
        }
      }
    }
  }
  ${CUSTOMER_FIELDS}
  ${ADDRESS_FIELDS}
`;

const ALL_ORDERS = /* GraphQL */ `
  query AllOrders {
    orders {
      edges {
        node {
          ...OrderFields
          lineItems {
            edges {
              node {
                ...LineItemFields
              }
            }
          }
          shippingLines(includeRemovals: true) {
            edges {
              node {
                ...ShippingLineFields
              }
            }
          }
        }
      }
    }
  }
  ${ORDER_FIELDS}
  ${LINE_ITEM_FIELDS}
  ${SHIPPING_LINE_FIELDS}
`;

export const bulkQueryOf: Record<Kind, string> = {
  products: ALL_PRODUCTS,
  customers: ALL_CUSTOMERS,
  orders: ALL_ORDERS,
};

export const START_BULK = /* GraphQL */ `
  mutation StartBulk($query: String!) {
    bulkOperationRunQuery(query: $query, groupObjects: false) {
      bulkOperation {
        id
      }
      userErrors {
        code
        message
      }
    }
  }
`;

export const BULK_OPERATION = /* GraphQL */ `
  query BulkOperation($id: ID!) {
    bulkOperation(id: $id) {
      id
      status
      errorCode
      createdAt
      objectCount
      rootObjectCount
      url
    }
  }
`;

export const PAGE = "pageInfo { hasNextPage endCursor }";

const REFUND_LINE = `quantity lineItem { id } subtotalSet { ${MONEY} }`;
const ADJUSTMENT = `reason amountSet { ${MONEY} } taxAmountSet { ${MONEY} }`;

export const REFUND_LINES = /* GraphQL */ `
  query RefundLines($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Order {
        id
        refunds {
          id
          refundLineItems(first: 100) { ${PAGE} nodes { ${REFUND_LINE} } }
          orderAdjustments(first: 20) { ${PAGE} nodes { ${ADJUSTMENT} } }
        }
      }
    }
  }
`;

/** The next lines of a refund that has more lines than one page. */
export const MORE_REFUND_LINES = /* GraphQL */ `
  query MoreRefundLines($id: ID!, $after: String) {
    parent: refund(id: $id) {
      children: refundLineItems(first: 100, after: $after) { ${PAGE} nodes { ${REFUND_LINE} } }
    }
  }
`;

/** The next adjustments of a refund that has more adjustments than one page. */
export const MORE_ADJUSTMENTS = /* GraphQL */ `
  query MoreAdjustments($id: ID!, $after: String) {
    parent: refund(id: $id) {
      children: orderAdjustments(first: 100, after: $after) { ${PAGE} nodes { ${ADJUSTMENT} } }
    }
  }
`;
