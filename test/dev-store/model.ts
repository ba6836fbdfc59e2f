// The types of a store's data. Ids are numeric texts, money is a decimal string in the shop's currency, times are ISO 8601 in
// UTC.

import type { DiscountContext, DiscountItems, UsedDiscount } from "./discounts/discount-model.ts";
import type { Switches } from "./switches.ts";

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
  /** A path that the storefront serves, or an inline picture, so that no network is needed. */
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
  /** The discount on this line, for all units together. */
  discount: string;
  /** Units that an edit removed, without refunded units. */
  removed?: number;
};

export type RefundLine = { id: string; lineItemId: string; quantity: number; subtotal: string };
export type Refund = {
  id: string;
  createdAt: string;
  /** When the refund's payment changed. By default when the refund was made. */
  updatedAt?: string;
  note: string | null;
  lines: RefundLine[];
  /** The part of the order's shipping and tax that is refunded with the lines. */
  shipping?: string;
  tax?: string;
  /** The amount paid back, in the shop's currency. Zero for a return that is unpaid or was exchanged. */
  amount: string;
  /** The payment's status. By default a success. */
  status?: "success" | "pending" | "failure";
  /** Presentment money for one unit of the shop's currency on the day of the payment, if it is not the order's rate. */
  rate?: string;
  /** In how many equal adjustments the refund lists what it pays beyond its lines. By default in one. */
  adjustments?: number;
  /** The money is left over from an edit or an exchange, so it is no adjustment of the returned items. */
  settles?: boolean;
};

/** A parcel with all lines of the order. */
export type Fulfilment = { id: string; createdAt: string; updatedAt: string; deliveredAt: string | null };

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
  /** All discounts that the checkout applied. Left out: a code, or one automatic discount, took off what is off the lines. */
  discounts?: UsedDiscount[];
  noteAttributes: { name: string; value: string }[];
  customerLocale: string;
  checkoutToken: string | null;
  cartToken: string | null;
  tags: string[];
  note: string | null;
  lineItems: LineItem[];
  shipping: string;
  tax: string;
  /** Everything that was ever ordered, less discounts, with shipping and tax. An edit raises it and never lowers it. */
  total: string;
  /** The amount that was paid. By default the total. */
  received?: string;
  /** The shop's currency when the order was placed. By default the shop's present currency. */
  currency?: string;
  refunds: Refund[];
  fulfilment?: Fulfilment;
  shippingAddress: Address | null;
  processedAt: string;
  createdAt: string;
  updatedAt: string;
  cancelledAt: string | null;
  cancelReason: string | null;
  /** The presentment currency and its rate to the shop's currency. By default the shop's own currency and 1. */
  presentmentCurrency: string;
  presentmentRate: string;
};

export type Discount = {
  id: string;
  method: "code" | "automatic";
  /** Left out: basic. */
  type?: "bxgy" | "freeShipping";
  title: string;
  tags?: string[];
  codes: string[];
  /** A share ("0.1" is 10 %), or an amount in the shop's currency. */
  value: { kind: "percentage"; share: string } | { kind: "amount"; amount: string; eachItem?: boolean };
  appliesTo: DiscountItems;
  minimumSubtotal: string | null;
  minimumQuantity?: number | null;
  /** Of buy X get Y: what the shopper buys, so many units or for so much money, and how many units are discounted. */
  buys?: { items: DiscountItems; quantity: number | null; amount: string | null };
  getsQuantity?: number;
  usesPerOrderLimit?: number | null;
  /** Of free shipping: the highest rate that the discount covers, and the countries. Null: any. */
  maximumShippingPrice?: string | null;
  countries?: { codes: string[]; rest: boolean } | null;
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

/** The app's access tokens, each with its refresh token. */
export type TokenGrant = {
  /** The installation of the token, as `id installedAt`. The token ends with it. */
  installation: string;
  accessToken: string;
  /** Null for an offline token. */
  userId: string | null;
  /** Null: the token never expires. */
  expiresAt: string | null;
  refreshToken: string | null;
  refreshExpiresAt: string | null;
  /** When the refresh token was first used. It may be used again until one of its successors is used. */
  refreshedAt: string | null;
  /** The refresh token from which this grant was made. */
  parent: string | null;
  retired: boolean;
};

/** A theme block or app embed that the merchant switched on in the theme editor. */
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
  tokens?: TokenGrant[];
  themeBlocks: ThemeBlock[];
  /** UI extension targets that the merchant placed in the checkout editor. */
  checkoutBlocks: { extension: string; target: string; settings: Record<string, unknown> }[];
  webPixel?: { id: string; settings: Record<string, string> };
  createdAt: string;
  /** When shop/redact is due: two days after the uninstall. */
  redactAt: string | null;
  lastOrderNumber: number;
  /** What a delivery costs, in the shop's currency. Left out: nothing. */
  deliveryRate?: string;
  /** Larger than 2^53 if a test wants ids that no float holds. Take new ids with `store.newId`. */
  lastId: string;
};

/** Store time runs `speed` times as fast as the wall clock, and can jump. Retries and token expiry follow it. */
export type Clock = {
  speed: number;
  setSpeed(speed: number): void;
  now(): Date;
  /** Calls back after this many milliseconds of store time. Returns a function that cancels. */
  after(milliseconds: number, callback: () => void): () => void;
  advance(milliseconds: number): void;
};

export type StoreConfig = {
  /** The store's port on loopback. 0 takes a free port. */
  port: number;
  /** The tunnel's port on loopback. Its address is the app's application_url. 0 takes a free port. */
  tunnelPort: number;
  /** Where the app listens: `http://127.0.0.1:PORT`. Webhooks, proxy requests and the tunnel go there. */
  appUrl: string;
  apiKey: string;
  apiSecret: string;
  /** The folder with shopify.app.toml and extensions/. */
  projectDir: string;
  clockSpeed: number;
  /** A compressed file that keeps the shops and the time over a restart. */
  snapshot?: string;
  /** The time limit of a webhook in milliseconds of the wall clock. By default 5 s, as at Shopify. */
  webhookTimeout?: number;
  /** Jobs of the app that a person may start from /control, if the store's starter can run them. */
  appJobs?: { names: string[]; run(name: string, shop: string): Promise<void> };
  /** Webhooks that are sent at the same time. By default 32. */
  webhookConcurrency?: number;
  /** The lag of searches and native segments, in milliseconds of store time. By default 200. */
  lag?: number;
  /** Milliseconds of store time before a bulk operation starts. By default 100; Shopify takes some seconds. */
  bulkStart?: number;
};

/** One `[[webhooks.subscriptions]]` entry and topic of shopify.app.toml. */
export type Subscription = {
  topic: string;
  /** As written in the file: a path below application_url, or a URL. */
  uri: string;
  name: string | null;
  includeFields: string[];
  filter: string | null;
};

export type TomlValue = string | number | boolean | TomlValue[] | { [key: string]: TomlValue };

/** The contents of shopify.app.toml. `toml` is the whole file. */
export type AppConfig = {
  clientId: string;
  name: string;
  handle: string;
  applicationUrl: string;
  scopes: string[];
  optionalScopes: string[];
  apiVersion: string;
  subscriptions: Subscription[];
  proxy: { url: string; prefix: string; subpath: string } | null;
  toml: { [key: string]: TomlValue };
};

/** 402 and 423: the shop is frozen or locked. Only the Admin API answers them. */
export type FaultKind = "402" | "423" | "429" | "5xx" | "slow" | "drop" | "lost" | "duplicate" | "reorder";
/**
 * `share`: the share of requests with the fault, 0 to 1. `milliseconds` of store time: for slow and reorder. `drop`: nothing is
 * done, and there is no answer. `lost`: the Admin API does the work, and there is no answer.
 */
export type Fault = {
  kind: FaultKind;
  share: number;
  milliseconds: number;
  /** Only Admin API requests with this operation name have the fault. */
  operation?: string;
};

/** Status null: no answer came, and `error` says why. */
export type Attempt = { at: string; status: number | null; error: string | null; milliseconds: number };
export type Delivery = {
  /** Equal for all attempts and for a duplicate, as X-Shopify-Webhook-Id. */
  webhookId: string;
  eventId: string;
  shop: string;
  topic: string;
  resourceId: string;
  uri: string;
  name: string | null;
  triggeredAt: string;
  state: "waiting" | "sending" | "delivered" | "failed" | "dropped";
  attempts: Attempt[];
  bytes: number;
  /** Null for old webhooks: only the last thousand bodies are kept. */
  body: Buffer | null;
};

/** The webhooks that are being sent, and the log of finished ones. */
export type Outbox = {
  log: Delivery[];
  queue: Delivery[];
  sending: number;
  /** Webhooks that are queued, being sent, or waiting for a retry. */
  open: number;
  counts: { emitted: number; delivered: number; failed: number; dropped: number; attempts: number };
  waiters: { below: number; resolve: () => void }[];
  closed: boolean;
};

/** What a webhook or an event is about. `data`: what the payload needs besides the resource. */
export type Emission = {
  topic: string;
  resourceId: string;
  /** Equal for all webhooks of one action of a person. */
  eventId: string;
  data?: Record<string, unknown>;
};

export type Store = {
  config: StoreConfig;
  app: AppConfig;
  clock: Clock;
  /** By domain. */
  shops: Map<string, ShopState>;
  /** By `admin` for the Admin API, a webhook topic, or `*` for all topics. Read with `drawFaults`. */
  faults: Map<string, Fault[]>;
  /** How far searches and native segments lag, in milliseconds of store time. */
  lag: { search: number; segments: number };
  outbox: Outbox;
  /** When the data last changed, in milliseconds since 1970 of store time. */
  changedAt?: number;
  /** Topics that are not sent, for a bulk load that needs only some. */
  muted: Set<string>;
  /** Questions that Shopify leaves open: see switches.ts. */
  switches: Switches;
  /** Notes that data must be saved. Called for every request except GET, and for every emission. */
  touch(): void;
  /** Builds the payload and queues its webhooks, if the app is installed and subscribed. */
  emit(shop: ShopState, emission: Emission): void;
  newId(shop: ShopState): string;
};
