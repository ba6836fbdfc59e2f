// Customers of an invented shop, in memory and in the database. Their times are close to the shop's midnights, to days on which
// clocks change, and to dates in queries, where evaluators are most often wrong.
import { forShop, sql } from "../../../../app/db.server.ts";
import type { Random } from "./random.ts";

export type Line = { productId: string; quantity: number };
export type Order = {
  id: string;
  at: number;
  total: string;
  test: boolean;
  deleted: boolean;
  locationId: string | null;
  appId: string | null;
  lines: Line[];
};
export type Address = { country: string | null; region: string | null; city: string | null };
export type Consent = { channel: "email" | "sms"; at: number; state: string };
export type Customer = {
  id: string;
  gone: "deleted" | "merged" | null;
  email: string | null;
  locale: string | null;
  accountStatus: string | null;
  createdByAppId: string | null;
  tags: string[];
  /** Null: at the world's past moment the state is not known. */
  emailStatus: string | null;
  smsStatus: string | null;
  consents: Consent[];
  numberOfOrders: number;
  amountSpent: string;
  firstOrderAt: number | null;
  lastOrderAt: number | null;
  rfmGroup: string | null;
  spendTier: string | null;
  addedAt: number | null;
  addresses: Address[];
  orders: Order[];
};
export type World = {
  shopId: string;
  timeZone: string;
  now: Date;
  products: Map<string, string[]>;
  customers: Customer[];
};

export const words = {
  tags: ["vip", "VIP", "Wholesale", "it's a tag", "", "null", "NULL", "a,b", "{x}", "straße", "ÉTÉ", 'say "hi"'],
  countries: ["GB", "US", "CA", "IN", "FR"],
  regions: ["NY", "CA", "ON", "KA", null],
  cities: ["New York City", "Paris", "San José", "O'Fallon", null],
  domains: ["gmail.com", "Example.org", "dot.co.uk"],
  locales: ["en", "en-US", "fr", "", null],
  apps: ["580111", "129785", "7", null],
  locations: ["11", "22", null],
  productTags: ["Sports wear", "sports wear", "sale", "it's"],
};
export const RFM = ["CHAMPIONS", "AT_RISK", "DORMANT", "NEW"];
export const STATUSES = ["SUBSCRIBED", "NOT_SUBSCRIBED", "PENDING", "UNSUBSCRIBED"];

const money = (random: Random) =>
  `${random.below(random.pick([3, 300, 3000]))}.${String(random.below(100)).padStart(2, "0")}`;

export function inventWorld(
  random: Random,
  world: Pick<World, "shopId" | "timeZone" | "now">,
  landmarks: number[],
): World {
  const HOUR = 3_600_000;
  const hour = new Intl.DateTimeFormat("en-GB", { timeZone: world.timeZone, hour: "2-digit" });
  const times = landmarks.flatMap((landmark) =>
    Array.from({ length: 121 }, (_, at) => landmark + (at - 60) * (HOUR / 2)),
  );
  const midnights = times.filter((at) => ["23", "00", "01"].includes(hour.format(at)));
  // Often exactly on the hour, or one millisecond beside it.
  const time = (): number => {
    if (random.chance(0.2)) return world.now.getTime() - random.below(500 * 24) * HOUR - random.below(HOUR);
    return random.pick(random.chance(0.6) ? midnights : times) + random.pick([0, 0, 1, -1, 999, 1000]);
  };
  const products = new Map(
    Array.from({ length: 6 }, (_, at) => [String(at + 1), random.some(words.productTags, 2)] as const),
  );
  let orders = 0;
  const order = (): Order => ({
    id: String((orders += 1)),
    at: time(),
    total: money(random),
    test: random.chance(0.08),
    deleted: random.chance(0.08),
    locationId: random.pick(words.locations),
    appId: random.pick(words.apps),
    lines: Array.from({ length: random.between(1, 3) }, () => ({
      productId: random.pick([...products.keys(), "99"]),
      quantity: random.between(1, 6),
    })),
  });
  const customers = Array.from({ length: 120 }, (_, at): Customer => {
    const placed = Array.from({ length: random.pick([0, 0, 1, 2, 3, 5]) }, order);
    const consents = (["email", "sms"] as const).flatMap((channel) => inventConsents(random, channel, time));
    const dates = placed.filter((one) => !one.test && !one.deleted).map((one) => one.at);
    return {
      id: String(1000 + at),
      gone: random.chance(0.06) ? random.pick(["deleted", "merged"] as const) : null,
      email: random.chance(0.2) ? null : `person${at}@${random.pick(words.domains)}`,
      locale: random.pick(words.locales),
      accountStatus: random.pick(["disabled", "ENABLED", "invited", null]),
      createdByAppId: random.pick(words.apps),
      tags: random.some(words.tags, 3),
      emailStatus: consentAt(consents, "email", Infinity),
      smsStatus: consentAt(consents, "sms", Infinity),
      consents,
      numberOfOrders: dates.length,
      amountSpent: money(random),
      firstOrderAt: dates.length > 0 ? Math.min(...dates) : null,
      lastOrderAt: dates.length > 0 ? Math.max(...dates) : null,
      rfmGroup: random.pick([...RFM, null]),
      spendTier: random.pick(["HIGH", "LOW", null]),
      addedAt: random.chance(0.1) ? null : time(),
      addresses: Array.from({ length: random.below(3) }, () => ({
        country: random.chance(0.1) ? null : random.pick(words.countries),
        region: random.pick(words.regions),
        city: random.pick(words.cities),
      })),
      orders: placed,
    };
  });
  return { ...world, products, customers };
}

/** Each entry has another instant. */
function inventConsents(random: Random, channel: Consent["channel"], time: () => number): Consent[] {
  const times = new Set(Array.from({ length: random.below(4) }, time));
  return [...times].map((at) => ({ channel, at, state: random.pick(STATUSES) }));
}

/** Null where the customer's first entry is later than the instant. */
export function consentAt(consents: readonly Consent[], channel: Consent["channel"], at: number): string | null {
  const own = consents.filter((one) => one.channel === channel).toSorted((one, other) => other.at - one.at);
  return own.length === 0 ? "NOT_SUBSCRIBED" : (own.find((one) => one.at <= at)?.state ?? null);
}

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());

export async function storeWorld({ shopId, timeZone, now, products, customers }: World): Promise<void> {
  const orders = customers.flatMap((customer) =>
    customer.orders.map((order) => ({ ...order, customerId: customer.id })),
  );
  await forShop(shopId).tx(async (tx) => {
    const rows = (values: unknown) => sql`${JSON.stringify(values)}::jsonb`;
    await tx.run(sql`insert into shop (id, domain, time_zone, currency, installed_at)
      values (${shopId}, ${shopId}, ${timeZone}, 'GBP', now())`);
    await tx.run(sql`insert into product (shop_id, id, tags)
      select ${shopId}, r.id, array(select jsonb_array_elements_text(r.tags))
      from jsonb_to_recordset(${rows([...products].map(([id, tags]) => ({ id, tags })))}) r (id text, tags jsonb)`);
    const people = customers.map((one) => ({
      ...one,
      first: iso(one.firstOrderAt),
      last: iso(one.lastOrderAt),
      added: iso(one.addedAt),
    }));
    await tx.run(sql`insert into customer (shop_id, id, email, locale, account_status, created_by_app_id, tags,
        email_subscription_status, sms_subscription_status, number_of_orders, amount_spent, first_order_at, last_order_at,
        rfm_group, predicted_spend_tier, added_at, deleted_at, merged_into)
      select ${shopId}, r.id, r.email, r.locale, r."accountStatus", r."createdByAppId",
        array(select jsonb_array_elements_text(r.tags)), r."emailStatus", r."smsStatus", r."numberOfOrders", r."amountSpent",
        r.first, r.last, r."rfmGroup", r."spendTier", r.added,
        case when r.gone = 'deleted' then ${now}::timestamptz end, case when r.gone = 'merged' then '1' end
      from jsonb_to_recordset(${rows(people)}) r (id text, gone text, email text, locale text, "accountStatus" text,
        "createdByAppId" text, tags jsonb, "emailStatus" text, "smsStatus" text, "numberOfOrders" int, "amountSpent" numeric,
        first timestamptz, last timestamptz, "rfmGroup" text, "spendTier" text, added timestamptz)`);
    const places = customers.flatMap((one) =>
      one.addresses.map((address, at) => ({ ...address, customer: one.id, id: String(at) })),
    );
    await tx.run(sql`insert into customer_address (shop_id, customer_id, id, country_code, region_code, city)
      select ${shopId}, r.customer, r.id, r.country, r.region, r.city
      from jsonb_to_recordset(${rows(places)}) r (customer text, id text, country text, region text, city text)`);
    await tx.run(sql`insert into shop_order (shop_id, id, customer_id, currency, presentment_currency, total, test,
        ordered_at, deleted_at, location_id, app_id)
      select ${shopId}, r.id, r."customerId", 'GBP', 'GBP', r.total, r.test, r.at, case when r.deleted then ${now}::timestamptz end,
        r."locationId", r."appId"
      from jsonb_to_recordset(${rows(orders.map((one) => ({ ...one, at: iso(one.at) })))}) r (id text, "customerId" text,
        total numeric, test boolean, deleted boolean, at timestamptz, "locationId" text, "appId" text)`);
    const consents = customers.flatMap((one) =>
      one.consents.map((consent) => ({ ...consent, customer: one.id, at: iso(consent.at) })),
    );
    await tx.run(sql`insert into consent (shop_id, customer_id, channel, at, state, source, dated)
      select ${shopId}, r.customer, r.channel, r.at, r.state, 'shopify', true
      from jsonb_to_recordset(${rows(consents)}) r (customer text, channel text, at timestamptz, state text)`);
    const lines = orders.flatMap((order) =>
      order.lines.map((line, at) => ({
        ...line,
        order: order.id,
        id: String(at),
        customer: order.customerId,
        at: iso(order.at),
        counts: !order.test && !order.deleted,
      })),
    );
    await tx.run(sql`insert into line_item (shop_id, order_id, id, customer_id, product_id, quantity, price, ordered_at, counts)
      select ${shopId}, r."order", r.id, r.customer, r."productId", r.quantity, 1, r.at, r.counts
      from jsonb_to_recordset(${rows(lines)}) r ("order" text, id text, customer text, "productId" text, quantity int,
        at timestamptz, counts boolean)`);
  });
}
