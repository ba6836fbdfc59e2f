// What a store holds. Ids are numeric strings, money is a decimal string in the shop's currency, times are ISO 8601 UTC.

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
  /** Units that an edit took off; not those that were given back. */
  removed?: number;
};

export type RefundLine = { id: string; lineItemId: string; quantity: number; subtotal: string };
export type Refund = {
  id: string;
  createdAt: string;
  /** When its payment changed; with its creation, unless told. */
  updatedAt?: string;
  note: string | null;
  lines: RefundLine[];
  /** Of the order's shipping and tax, what is given back with the lines. */
  shipping?: string;
  tax?: string;
  /** Paid back, in the shop's money; nothing for a return that is still to be paid, or was exchanged. */
  amount: string;
  /** Of the payment; a success unless told. */
  status?: "success" | "pending" | "failure";
  /** Presentment money for one of the shop's on the day of the payment, where that is not the order's rate. */
  rate?: string;
  /** The money is what an edit or an exchange left over: it is no difference to what came back. */
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
  /** Of its automatic discount, where one took something off. */
  automaticTitle?: string;
  noteAttributes: { name: string; value: string }[];
  customerLocale: string;
  checkoutToken: string | null;
  cartToken: string | null;
  tags: string[];
  note: string | null;
  lineItems: LineItem[];
  shipping: string;
  tax: string;
  /** All that was ever ordered, discounts taken off, shipping and tax in: an edit raises it, and never lowers it. */
  total: string;
  /** What was paid; the total unless told. */
  received?: string;
  /** The shop's currency when it was placed; the shop's own unless told. */
  currency?: string;
  refunds: Refund[];
  fulfilment?: Fulfilment;
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
  { kind: "all" } | { kind: "customers"; customerIds: string[] } | { kind: "segments"; segmentIds: string[] };

export type Discount = {
  id: string;
  method: "code" | "automatic";
  title: string;
  tags?: string[];
  codes: string[];
  /** A share, "0.1" is 10 %, or an amount in the shop's currency. */
  value: { kind: "percentage"; share: string } | { kind: "amount"; amount: string; eachItem?: boolean };
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

/** Access tokens that the app was given, each with the refresh token that came with it. */
export type TokenGrant = {
  /** The installation it belongs to, `id installedAt`: it dies with it. */
  installation: string;
  accessToken: string;
  /** Null for an offline token. */
  userId: string | null;
  /** Null: it never expires. */
  expiresAt: string | null;
  refreshToken: string | null;
  refreshExpiresAt: string | null;
  /** When the refresh token was first used; it may be used again until one of its successors is. */
  refreshedAt: string | null;
  /** The refresh token that this grant came from. */
  parent: string | null;
  retired: boolean;
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
  tokens?: TokenGrant[];
  themeBlocks: ThemeBlock[];
  /** UI extension targets that the merchant placed in the checkout editor. */
  checkoutBlocks: { extension: string; target: string; settings: Record<string, unknown> }[];
  createdAt: string;
  /** When shop/redact is due, two days after the app was uninstalled. */
  redactAt: string | null;
  lastOrderNumber: number;
  /** Beyond 2^53 where a test wants ids that no float holds. Take new ones with `store.newId`. */
  lastId: string;
};

/** Store time: runs `speed` times as fast as the wall clock, and can jump. Retry schedules and token expiry follow it. */
export type Clock = {
  speed: number;
  setSpeed(speed: number): void;
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
  /** A gz file in which the shops and the time survive a restart. */
  snapshot?: string;
  /** How long a webhook may take, in milliseconds of the wall clock; 5 s as at Shopify unless told. */
  webhookTimeout?: number;
  /** Jobs of the app that a person may start from /control, where whoever starts the store can start them. */
  appJobs?: { names: string[]; run(name: string, shop: string): Promise<void> };
  /** Webhooks on their way at once, 32 unless told. */
  webhookConcurrency?: number;
  /** How long searches and native segments lag, in milliseconds of the store's time; 200 unless told. */
  lag?: number;
  /** Milliseconds of the store's time before a bulk operation starts; 100 unless told. Shopify takes some seconds. */
  bulkStart?: number;
};

/** One `[[webhooks.subscriptions]]` entry and topic of shopify.app.toml. */
export type Subscription = {
  topic: string;
  /** As written: a path below application_url, or an address. */
  uri: string;
  name: string | null;
  includeFields: string[];
  filter: string | null;
};

export type TomlValue = string | number | boolean | TomlValue[] | { [key: string]: TomlValue };

/** What shopify.app.toml declares; `toml` is the whole file. */
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

/** 402 and 423 stand for a shop that is frozen or locked; only the Admin API answers them. */
export type FaultKind = "402" | "423" | "429" | "5xx" | "slow" | "drop" | "lost" | "duplicate" | "reorder";
/**
 * `share` of the requests that it strikes, 0 to 1; `milliseconds` of store time for slow and reorder. `drop` does nothing and
 * gives no answer; `lost` does the work of an Admin API request and gives no answer.
 */
export type Fault = {
  kind: FaultKind;
  share: number;
  milliseconds: number;
  /** Strikes only Admin API requests whose operation has this name. */
  operation?: string;
};

/** Status null: no answer came; `error` says why. */
export type Attempt = { at: string; status: number | null; error: string | null; milliseconds: number };
export type Delivery = {
  /** The same for all attempts and for a duplicate, as X-Shopify-Webhook-Id. */
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
  /** Null once it is long done: only the last thousand are kept. */
  body: Buffer | null;
};

/** The webhooks on their way and the log of those that were. */
export type Outbox = {
  log: Delivery[];
  queue: Delivery[];
  sending: number;
  /** In the queue, sending, or waiting for a retry. */
  open: number;
  counts: { emitted: number; delivered: number; failed: number; dropped: number; attempts: number };
  waiters: { below: number; resolve: () => void }[];
  closed: boolean;
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
  app: AppConfig;
  clock: Clock;
  /** By domain. */
  shops: Map<string, ShopState>;
  /** Key: `admin` for the Admin API, a webhook topic, or `*` for all topics. Ask with `drawFaults`. */
  faults: Map<string, Fault[]>;
  /** How far searches and native segments are behind, in milliseconds of the store's time. */
  lag: { search: number; segments: number };
  outbox: Outbox;
  /** When anything last changed, in milliseconds since 1970 of the store's time. */
  changedAt?: number;
  /** Topics that are not sent, for a bulk load that wants only some. */
  muted: Set<string>;
  /** What Shopify leaves open; see switches.ts. */
  switches: Switches;
  /** Marks that there is something to save. Every request that is no GET does it, and every emission. */
  touch(): void;
  /** Builds the payload of this moment and hands it to the deliverer, when the app is installed and subscribed. */
  emit(shop: ShopState, emission: Emission): void;
  newId(shop: ShopState): string;
};
