// Two people with similar ids and addresses, and rows of both in every table that can hold personal data.
import { randomUUID } from "node:crypto";
import { zstdCompressSync } from "node:zlib";
import { forShop, sql, trusted, type Tx } from "../../../app/db.server.ts";
import { enqueue } from "../../../app/queue.server.ts";
import { saveSession } from "../../../app/shopify/session-rows.server.ts";

export const SHOP = "tea.myshopify.com";
export const OTHER_SHOP = "coffee.myshopify.com";

export type Person = { id: string; email: string; phone: string; name: string; street: string; orderId: string };
export const ada: Person = {
  id: "7712345678901",
  email: "Ada.Canary@Example.com",
  phone: "+447700900111",
  name: "Adacanary",
  street: "1 Canary Wharf Road",
  orderId: "5512345678901",
};
// Bea's id begins with Ada's id: a search for a part of the id would find Bea.
export const bea: Person = {
  id: "77123456789012",
  email: "bea.ada.canary@example.com",
  phone: "+4477009001112",
  name: "Beabystander",
  street: "2 Bystander Lane",
  orderId: "55123456789012",
};

const AT = "2026-11-01T10:00:00Z";
type Rows = [table: string, row: Record<string, unknown>][];

const profileRows = (p: Person): Rows => {
  const by = { customer_id: p.id };
  const statuses = { email_subscription_status: "SUBSCRIBED", sms_subscription_status: "SUBSCRIBED" };
  const totals = { number_of_orders: 1, amount_spent: "10", opening_orders: 0, opening_spent: "0" };
  const names = { email: p.email, phone: p.phone, first_name: p.name, last_name: "X" };
  return [
    ["customer", { id: p.id, ...names, tags: ["vip"], data_sale_opt_out: false, ...statuses, ...totals }],
    ["customer_address", { ...by, id: `1${p.id}`, address1: p.street, phone: p.phone, is_default: true }],
    ["consent", { ...by, channel: "email", at: AT, state: "SUBSCRIBED", source: "webhook" }],
    ["customer_change", { ...by, id: Number(p.id.slice(-6)), reads: "orders", cause: "x" }],
    ["membership", { ...by, segment_id: "s1", entered_at: AT, entered_cause: "x" }],
    ["publication", { ...by, published: ["s1"] }],
  ];
};

const orderRows = (p: Person): Rows => {
  const by = { customer_id: p.id };
  const money = { subtotal: "10", discounts: "0", shipping: "0", tax: "0", total: "10", presentment_total: "10" };
  const lists = { discount_codes: [], note_attributes: [], tags: [], currency: "GBP", presentment_currency: "GBP" };
  const order = { id: p.orderId, name: "#1", email: p.email, phone: p.phone, note: p.street, test: false };
  const line = { title: "Tea", quantity: 1, price: "10", discount: "0", allocations: [], counts: true };
  const refund = { amount: "1", presentment_amount: "1", note: `for ${p.name}`, lines: [] };
  return [
    ["shop_order", { ...by, ...order, ...lists, ...money, ordered_at: AT, created_at: AT }],
    ["line_item", { ...by, order_id: p.orderId, id: `1${p.orderId}`, ...line, ordered_at: AT }],
    ["refund", { order_id: p.orderId, id: `9${p.orderId}`, ...refund, at: AT }],
  ];
};

const surveyRows = (p: Person): Rows => {
  const response = { survey_id: "v1", version: 1, surface: "thank_you", order_claim: p.orderId, started_at: AT };
  const answer = { question: "why", position: 0, survey: "nps", at: AT };
  return [
    ["survey_response", { ...response, id: `r${p.id}`, customer_id: p.id, order_id: p.orderId }],
    ["answer", { ...answer, response_id: `r${p.id}`, customer_id: p.id, value_text: `I am ${p.name}` }],
    ["survey_response", { ...response, id: `guest${p.id}` }],
    ["answer", { ...answer, response_id: `guest${p.id}`, value_text: `call ${p.phone}` }],
  ];
};

/**
 * Events with the person's id in a column, with an anonymous id that belongs to the person, or with the person only in a text.
 */
const eventRows = (p: Person): Rows => {
  const by = { customer_id: p.id };
  const viewed = { anonymous_id: `visitor-${p.id}`, kind: "page.viewed", at: AT, source: "pixel" };
  const placed = { kind: "order.placed", at: AT, source: "webhook", data: { orderId: p.orderId } };
  const request = { kind: "export customer", received_at: AT, due_at: AT, done_at: AT };
  return [
    ["event", { ...by, id: `order:${p.orderId}`, ...placed }],
    ["event", { ...by, id: `seen:${p.id}`, ...viewed, data: {} }],
    ["event", { id: `earlier:${p.id}`, ...viewed, data: { path: `/?email=${encodeURIComponent(p.email)}` } }],
    ["event", { id: `g${p.id}`, kind: "form.sent", at: AT, source: "form", data: { email: p.email.toLowerCase() } }],
    // One event with the customer, and one of an order without a customer.
    ["outbox", { ...by, seq: p.id, id: `order/${p.orderId}/placed`, kind: "order.placed", at: AT, data: {} }],
    ["outbox", { seq: `1${p.id}`, id: "guest", kind: "order.refunded", at: AT, data: { order: p.orderId } }],
    ["plugin_record", { ...by, plugin: "loyalty", kind: "tier", key: p.id, data: { tier: "gold" }, updated_at: AT }],
    ["plugin_record", { plugin: "loyalty", kind: "list", key: `l${p.id}`, data: { vip: [p.email] }, updated_at: AT }],
    ["compliance_request", { id: `export customer shopify ${p.id}`, ...request, evidence: { customerId: p.id } }],
  ];
};

const bodiesOf = (p: Person): [topic: string, body: string, state: string][] => {
  const order = JSON.stringify({
    id: Number(p.orderId),
    email: p.email,
    customer: { id: Number(p.id), first_name: p.name },
    shipping_address: { address1: p.street, phone: p.phone },
  });
  return [
    ["orders/create", order, "applied"],
    ["orders/updated", order, "waiting"],
    ["customer.tags_added", JSON.stringify({ customerId: `gid://shopify/Customer/${p.id}`, tags: ["vip"] }), "applied"],
    ["refunds/create", JSON.stringify({ id: 1, order_id: Number(p.orderId) }), "applied"],
    ["customers/update", `{"id": ${p.id}, "email": "${p.email.toUpperCase()}", oops`, "poison"],
  ];
};

async function insert(tx: Tx, shop: string, [table, row]: Rows[number]): Promise<void> {
  const columns = ["shop_id", ...Object.keys(row)].join(", ");
  await tx.run(sql`
    insert into ${trusted(`${table} (${columns})`)} select ${trusted(columns)}
    from jsonb_populate_record(null::${trusted(table)}, ${JSON.stringify({ shop_id: shop, ...row })}::jsonb)`);
}

/** Stores bodies in one pack, as the door does when several webhooks come together. */
async function fillPack(tx: Tx, shop: string, people: Person[]): Promise<void> {
  const bodies = people.map((person) => Buffer.from(bodiesOf(person)[0]?.[1] ?? ""));
  const packed = zstdCompressSync(Buffer.concat(bodies));
  await tx.run(sql`insert into inbox_pack (shop_id, id, packed) values (${shop}, 'pack', ${packed})`);
  let start = 0;
  for (const { length } of bodies) {
    await tx.run(sql`
      insert into inbox (shop_id, topic, key, pack, start, length, state)
      values (${shop}, 'orders/updated', ${randomUUID()}, 'pack', ${start}, ${length}, 'waiting')`);
    start += length;
  }
}

async function fillPerson(tx: Tx, shop: string, person: Person): Promise<void> {
  const rows = [profileRows, orderRows, surveyRows, eventRows].flatMap((rowsOf) => rowsOf(person));
  for (const row of rows) await insert(tx, shop, row);
  for (const [topic, body, state] of bodiesOf(person)) {
    await tx.run(sql`
      insert into inbox (shop_id, topic, key, body, state)
      values (${shop}, ${topic}, ${randomUUID()}, ${Buffer.from(body)}, ${state})`);
  }
}

const EARLY = "2026-01-01T00:00:00Z";
const shopRows = (shop: string, people: Person[]): Rows => {
  const profile = { name: `Name of ${shop}`, email: `owner@${shop}`, plan: "", locale: "en", country: "GB" };
  const segment = { id: "s1", handle: "regulars", name: "Regulars", query: "number_of_orders > 1", origin: "merchant" };
  return [
    ["shop_profile", { ...profile, scopes: [], settings: {}, updated_at: EARLY }],
    ["segment", { ...segment, created_at: EARLY, updated_at: EARLY }],
    ["segment_figures", { segment_id: "s1", version: 1, member_count: people.length }],
    [
      "audience",
      {
        key: "s1",
        segment_id: "s1",
        context: "customers",
        customer_ids: people.map(({ id }) => id),
        updated_at: EARLY,
      },
    ],
  ];
};

export async function fillShop(shop: string, people: Person[]): Promise<void> {
  await forShop(shop).tx(async (tx) => {
    await tx.run(
      sql`insert into shop (id, platform_id, domain, installed_at) values (${shop}, '42', ${shop}, ${EARLY}::timestamptz)`,
    );
    for (const row of shopRows(shop, people)) await insert(tx, shop, row);
    for (const person of people) await fillPerson(tx, shop, person);
    await fillPack(tx, shop, people);
    await tx.run(sql`insert into shop_mark (shop_id) values (${shop})`);
    await enqueue("segments.refresh", { shop }, tx);
  });
  const session = { shop, state: "", scope: "", expires: null, refreshToken: null, refreshTokenExpires: null };
  const offline = {
    ...session,
    id: `offline_${shop}`,
    isOnline: false,
    accessToken: "shpat_x",
    onlineAccessInfo: null,
  };
  await saveSession(offline);
  // Sixty members of staff: more than one page of the library has.
  for (let user = 1; user <= 60; user += 1) {
    const onlineAccessInfo = { associated_user: { email: `staff${user}@${shop}` } };
    await saveSession({ ...session, id: `${shop}_${user}`, isOnline: true, accessToken: "shpua_x", onlineAccessInfo });
  }
}
