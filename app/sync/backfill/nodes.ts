// The Admin API's answers to queries.ts, as far as they are read. Any field may be null: what the merchant or Shopify has
// not released is withheld without an error.

export type Money = { shopMoney: { amount: string } | null; presentmentMoney: { amount: string } | null } | null;
export type Ref = { id: string } | null;

export type ProductNode = {
  id: string;
  title: string | null;
  handle: string | null;
  vendor: string | null;
  productType: string | null;
  tags: string[] | null;
  status: string | null;
  updatedAt: string | null;
  featuredMedia: { preview: { image: { url: string } | null } | null } | null;
};

export type CustomerNode = {
  id: string;
  firstName: string | null;
  lastName: string | null;
  note: string | null;
  state: string | null;
  verifiedEmail: boolean | null;
  locale: string | null;
  tags: string[] | null;
  dataSaleOptOut: boolean | null;
  createdAt: string | null;
  updatedAt: string | null;
  numberOfOrders: string | null;
  amountSpent: { amount: string } | null;
  lastOrder: { createdAt: string } | null;
  statistics: { rfmGroup: string | null; predictedSpendTier: string | null } | null;
  defaultAddress: Ref;
  defaultEmailAddress: {
    emailAddress: string | null;
    marketingState: string | null;
    marketingOptInLevel: string | null;
    marketingUpdatedAt: string | null;
  } | null;
  defaultPhoneNumber: {
    phoneNumber: string | null;
    smsMarketingConsent: {
      state: string | null;
      optInLevel: string | null;
      updatedAt: string | null;
      collectedFrom: string | null;
    } | null;
  } | null;
};

export type AddressNode = {
  id: string;
  firstName: string | null;
  lastName: string | null;
  address1: string | null;
  address2: string | null;
  city: string | null;
  provinceCode: string | null;
  countryCodeV2: string | null;
  zip: string | null;
  phone: string | null;
};

export type RefundNode = {
  id: string;
  note: string | null;
  createdAt: string | null;
  processedAt: string | null;
  totalRefundedSet: Money;
};

export type OrderNode = {
  id: string;
  name: string | null;
  email: string | null;
  phone: string | null;
  sourceName: string | null;
  note: string | null;
  tags: string[] | null;
  customerLocale: string | null;
  checkoutToken: string | null;
  cartToken: string | null;
  test: boolean | null;
  cancelReason: string | null;
  cancelledAt: string | null;
  processedAt: string | null;
  createdAt: string | null;
  updatedAt: string | null;
  currencyCode: string;
  presentmentCurrencyCode: string | null;
  displayFinancialStatus: string | null;
  displayFulfillmentStatus: string | null;
  discountCodes: string[] | null;
  customer: Ref;
  app: Ref;
  customAttributes: { key: string; value: string | null }[] | null;
  customerJourneySummary: { lastVisit: { landingPage: string | null; referrerUrl: string | null } | null } | null;
  subtotalPriceSet: Money;
  totalDiscountsSet: Money;
  totalShippingPriceSet: Money;
  totalTaxSet: Money;
  totalPriceSet: Money;
  refunds: RefundNode[] | null;
};

export type LineItemNode = {
  id: string;
  title: string | null;
  sku: string | null;
  quantity: number;
  product: Ref;
  variant: Ref;
  originalUnitPriceSet: Money;
  discountAllocations:
    | {
        allocatedAmountSet: Money;
        discountApplication: { __typename: string; code?: string | null; title?: string | null } | null;
      }[]
    | null;
};

export type RefundLinesNode = {
  id: string;
  refunds: {
    id: string;
    refundLineItems: { nodes: { quantity: number; lineItem: Ref; subtotalSet: Money }[] } | null;
  }[];
};
