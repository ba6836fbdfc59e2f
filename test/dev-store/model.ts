// What a store holds. Ids are numeric strings, money is a decimal string in the shop's currency, times are ISO 8601 UTC.

export type Address = {
  id: string;
  firstName: string;
  lastName: string;
  address1: string;
  city: string;
  provinceCode: string | null;
  countryCode: string | null;
  zip: string;
  phone: string | null;
};

export type ConsentState = "SUBSCRIBED" | "UNSUBSCRIBED" | "NOT_SUBSCRIBED" | "PENDING" | "INVALID" | "REDACTED";
export type Consent = { state: ConsentState; optInLevel: string | null; updatedAt: string | null };

export type Customer = {
  id: string;
  firstName: string;
  lastName: string;
  email: string | null;
  phone: string | null;
  locale: string;
  tags: string[];
  note: string | null;
  state: "ENABLED" | "DISABLED" | "INVITED" | "DECLINED";
  verifiedEmail: boolean;
  emailConsent: Consent;
  smsConsent: Consent;
  addresses: Address[];
  defaultAddressId: string | null;
  createdAt: string;
  updatedAt: string;
};

export type Variant = { id: string; title: string; sku: string; price: string };
export type Product = {
  id: string;
  handle: string;
  title: string;
  descriptionHtml: string;
  vendor: string;
  productType: string;
  tags: string[];
  variants: Variant[];
  /** A path that the storefront serves; an inline picture, so that no network is needed. */
  image: string | null;
  createdAt: string;
  updatedAt: string;
};

export type LineItem = {
  id: string;
  productId: string | null;
  variantId: string | null;
  title: string;
  sku: string;
  quantity: number;
  price: string;
  /** Discount on this line, all units together. */
  discount: string;
};

export type RefundLine = { id: string; lineItemId: string; quantity: number; subtotal: string };
export type Refund = { id: string; createdAt: string; note: string | null; lines: RefundLine[]; amount: string };

export type Order = {
  id: string;
  name: string;
  number: number;
  /** Null for a guest. */
  customerId: string | null;
  email: string | null;
  test: boolean;
  sourceName: string;
  appId: string | null;
  locationId: string | null;
  landingSite: string | null;
  referringSite: string | null;
  discountCodes: { code: string; amount: string; type: string }[];
  noteAttributes: { name: string; value: string }[];
  customerLocale: string;
  checkoutToken: string | null;
  cartToken: string | null;
  tags: string[];
  note: string | null;
  lineItems: LineItem[];
  shipping: string;
  tax: string;
  /** What the customer paid or owes at the time of the order, discounts taken off, shipping and tax in. */
  total: string;
  refunds: Refund[];
  shippingAddress: Address | null;
  processedAt: string;
  createdAt: string;
  updatedAt: string;
  cancelledAt: string | null;
  cancelReason: string | null;
  /** Presentment currency and its rate against the shop's; the shop's own currency and 1 as a rule. */
  presentmentCurrency: string;
  presentmentRate: string;
};

export type DiscountContext =
  | { kind: "all" }
  | { kind: "customers"; customerIds: string[] }
  | { kind: "segments"; segmentIds: string[] };

export type Discount = {
  id: string;
  method: "code" | "automatic";
  title: string;
  codes: string[];
  /** A share, "0.1" is 10 %, or an amount in the shop's currency. */
  value: { kind: "percentage"; share: string } | { kind: "amount"; amount: string };
  appliesTo: { kind: "all" } | { kind: "products"; productIds: string[] };
  minimumSubtotal: string | null;
  context: DiscountContext;
  startsAt: string;
  endsAt: string | null;
  usageLimit: number | null;
  appliesOncePerCustomer: boolean;
  combinesWith: { orderDiscounts: boolean; productDiscounts: boolean; shippingDiscounts: boolean };
  usedBy: { orderId: string; customerId: string | null; code: string | null }[];
  createdAt: string;
  updatedAt: string;
};

export type Metafield = {
  id: string;
  /** gid of the resource: a customer, a shop, an app installation … */
  ownerId: string;
  namespace: string;
  key: string;
  type: string;
  value: string;
  updatedAt: string;
};
export type MetafieldDefinition = {
  id: string;
  ownerType: string;
  namespace: string;
  key: string;
  name: string;
  type: string;
  /** Capability adminFilterable: the definition can be a segment filter. */
  adminFilterable: boolean;
};
export type Segment = { id: string; name: string; query: string; creationDate: string; lastEditDate: string };

export type Installation = {
  id: string;
  clientId: string;
  scopes: string[];
  installedAt: string;
};

/** One theme block or app embed that the merchant switched on in the theme editor. */
export type ThemeBlock = {
  id: string;
  /** `extension-folder/block-file` */
  block: string;
  template: "index" | "product" | "cart" | "account" | "*";
  settings: Record<string, unknown>;
};

export type ShopState = {
  id: string;
  domain: string;
  name: string;
  email: string;
  currency: string;
  timeZone: string;
  locale: string;
  country: string;
  plan: string;
  customers: Map<string, Customer>;
  products: Map<string, Product>;
  orders: Map<string, Order>;
  discounts: Map<string, Discount>;
  segments: Map<string, Segment>;
  /** Key: `ownerId namespace key`. */
  metafields: Map<string, Metafield>;
  metafieldDefinitions: Map<string, MetafieldDefinition>;
  installation: Installation | null;
  themeBlocks: ThemeBlock[];
  /** UI extension targets that the merchant placed in the checkout editor. */
  checkoutBlocks: { extension: string; target: string; settings: Record<string, unknown> }[];
  lastId: number;
};

/** Store time: runs `speed` times as fast as the wall clock, and can jump. Retry schedules and token expiry follow it. */
export type Clock = {
  now(): Date;
  /** Calls back after so many milliseconds of store time; returns a function that cancels. */
  after(milliseconds: number, callback: () => void): () => void;
  advance(milliseconds: number): void;
};

export type StoreConfig = {
  /** Loopback port of the store itself; 0 takes a free one. */
  port: number;
  /** Loopback port of the tunnel before the app; its address is the app's application_url. 0 takes a free one. */
  tunnelPort: number;
  /** Where the app really listens: `http://127.0.0.1:PORT`. Webhooks, proxy requests and the tunnel go there. */
  appUrl: string;
  apiKey: string;
  apiSecret: string;
  /** Folder that holds shopify.app.toml and extensions/, read as files. */
  projectDir: string;
  clockSpeed: number;
};

/** What a webhook or an event is about; `data` is what the payload needs beside the resource. */
export type Emission = {
  topic: string;
  resourceId: string;
  /** The same for all webhooks of one action of a person. */
  eventId: string;
  data?: Record<string, unknown>;
};

export type Store = {
  config: StoreConfig;
  clock: Clock;
  /** By domain. */
  shops: Map<string, ShopState>;
  /** Builds the payload of this moment and hands it to the deliverer, when the app is installed and subscribed. */
  emit(shop: ShopState, emission: Emission): void;
  newId(shop: ShopState): string;
};
