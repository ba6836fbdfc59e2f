// A customer requests their data: the merchant sees which customer it is and gets a file that the customer can read.
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import { loader as fileLoader } from "../../../app/routes/app.privacy-file.ts";
import { action as settingsAction, loader as settingsLoader } from "../../../app/routes/app.settings.tsx";
import { merchant } from "../../../app/shopify.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { syncAttention } from "../../../app/sync/status/attention.server.ts";
import { comply, fileRequest } from "../../../app/sync/compliance/compliance.server.ts";
import { shopify } from "../../../app/sync/sources/shopify/source.server.ts";
import { eraseSteps } from "../../../app/worker/erasure.server.ts";
import { productFiles, runOn } from "../../../prisma/schema-engine.ts";
import { startDevShop, type DevShop } from "../../setup/dev-shop.ts";

let dev: DevShop;
let shop: Shop;

beforeAll(async () => {
  dev = await startDevShop("matcha.myshopify.com");
  ({ shop } = await merchant(dev.document("/app")));
  await shop.db.tx(async (tx) => {
    await tx.run(sql`insert into customer (shop_id, id, first_name, last_name, email, phone, merged_into, deleted_at, tags) values
      (${shop.id}, '1', 'Asha', '<b>Patel</b>', 'Asha@Example.com', '+16135551212', null, null, array['vip']),
      (${shop.id}, '2', 'Bob', 'Stone', 'bob@example.com', null, null, null, '{}'),
      (${shop.id}, '3', 'Old', 'Asha', 'old@example.com', null, '1', now(), '{}')`);
    await tx.run(sql`insert into shop_order (shop_id, id, customer_id, name, email, currency, presentment_currency, total, ordered_at) values
      (${shop.id}, '11', '1', '#1011', 'asha@example.com', 'GBP', 'GBP', 12.5, '2026-10-05T10:00:00Z'),
      (${shop.id}, '12', null, '#1012', 'guest@example.com', 'GBP', 'GBP', 20, '2026-10-06T10:00:00Z'),
      (${shop.id}, '13', '2', '#1013', 'bob@example.com', 'GBP', 'GBP', 30, '2026-10-07T10:00:00Z')`);
    await tx.run(sql`insert into line_item (shop_id, order_id, id, customer_id, title, quantity, price, ordered_at) values
      (${shop.id}, '12', '121', null, 'Guest tea', 1, 20, '2026-10-06T10:00:00Z')`);
    await tx.run(sql`insert into segment (shop_id, id, handle, name, query, created_at, updated_at) values
      (${shop.id}, 's', 's', 'Tea lovers', 'number_of_orders > 0', now(), now())`);
    await tx.run(sql`insert into membership (shop_id, segment_id, customer_id, entered_at, entered_cause) values
      (${shop.id}, 's', '1', '2026-10-05T10:00:00Z', 'order/11/placed')`);
  });
});
afterAll(() => dev.close());

/** Files the request, carries it out, and returns its id. */
async function ask(customer: object | null, orders: number[] = []): Promise<string> {
  const key = randomUUID();
  const body = { shop_domain: shop.id, ...(customer ? { customer } : {}), orders_requested: orders };
  const arrival = {
    connection: "",
    topic: "customers/data_request" as const,
    key,
    receivedAt: new Date(),
    body: Buffer.from(JSON.stringify(body)),
  };
  expect(await shop.db.tx((tx) => fileRequest(shop.id, tx, shopify, arrival))).toEqual({ ok: true });
  const id = `export customer shopify ${key}`;
  await comply(shop.id, id, eraseSteps);
  return id;
}

async function told(id: string) {
  const { requests } = await settingsLoader({ request: dev.data("/app/settings"), params: {}, context: {} });
  const request = requests.find((each) => each.id === id);
  return { people: request?.people.map((person) => person.id), hasFile: request?.hasFile };
}

const file = (id: string) =>
  fileLoader({
    request: dev.data(`/app/privacy-file?${new URLSearchParams({ request: id })}`),
    params: {},
    context: {},
  });

test.each<[string, object | null, number[], string[], boolean]>([
  ["an id", { id: 1, email: "asha@example.com" }, [], ["1"], true],
  ["an e-mail alone, in other letters", { email: "ASHA@example.COM" }, [], ["1"], true],
  ["a phone alone, as people write it", { phone: "+1 (613) 555-1212" }, [], ["1"], true],
  ["an id that is not held, and an e-mail that is", { id: 999, email: "bob@example.com" }, [], ["2"], true],
  ["the e-mail of a customer who was merged into another", { email: "old@example.com" }, [], ["1"], true],
  ["an order alone", null, [13], ["2"], true],
  ["the e-mail of a guest, of whom there are orders and no customer", { email: "Guest@example.com" }, [], [], true],
  ["nobody who is held", { id: 7, email: "stranger@example.com", phone: "+499" }, [77], [], false],
  ["nothing at all", { id: null, email: null, phone: "" }, [], [], false],
])(
  "a data request by %s names whom it is about, and has a file where something is held",
  async (_, customer, orders, people, hasFile) => {
    const id = await ask(customer, orders);
    expect(await told(id)).toEqual({ people, hasFile });
    if (!hasFile) await expect(file(id)).rejects.toMatchObject({ status: 404 });
  },
);

test("a copy can be marked as sent and the mark taken back; until then it needs attention, the more when it is due soon", async () => {
  const id = await ask({ id: 1 });
  const mark = (intent: string) => {
    const body = new URLSearchParams({ intent, request: id });
    const request = new Request(dev.data("/app/settings"), { method: "POST", body });
    return settingsAction({ request, params: {}, context: {} });
  };
  const seen = async () => {
    const { requests } = await settingsLoader({ request: dev.data("/app/settings"), params: {}, context: {} });
    const needed = (await syncAttention(shop)).map(({ key, tone }) => `${tone} ${key.split(".").at(-1)}`);
    return { isSent: requests.find((each) => each.id === id)?.sentAt instanceof Date, needed };
  };
  await shop.db.tx((tx) =>
    tx.run(sql`update compliance_request set sent_at = now() where shop_id = ${shop.id} and id <> ${id}`),
  );
  expect(await seen()).toEqual({ isSent: false, needed: ["warning copy_to_send"] });
  await shop.db.tx((tx) =>
    tx.run(sql`update compliance_request set due_at = now() + interval '2 days' where shop_id = ${shop.id}`),
  );
  expect(await seen()).toEqual({ isSent: false, needed: ["critical request_due"] });
  expect(await mark("sent")).toEqual({ ok: true });
  expect(await seen()).toEqual({ isSent: true, needed: [] });
  await mark("unsent");
  expect(await seen()).toEqual({ isSent: false, needed: ["critical request_due"] });
  await mark("sent");
});

test("a request that was answered before the app kept when a copy was sent needs no attention after the upgrade", async () => {
  await shop.db.tx((tx) =>
    tx.run(sql`insert into compliance_request (shop_id, id, kind, received_at, due_at, done_at, evidence)
      values (${shop.id}, 'old', 'export customer', '2026-08-01', '2026-08-31', '2026-08-01', '{"customerIds":["1"],"orderIds":[]}')`),
  );
  expect((await syncAttention(shop)).map(({ key }) => key)).toEqual(["sync.attention.request_due"]);
  const upgrade = path.resolve(productFiles.migrations, "20261129112230_answered_before_sent", "migration.sql");
  await runOn(process.env["DATABASE_URL"] ?? "", fs.readFileSync(upgrade, "utf8"));
  expect(await syncAttention(shop)).toEqual([]);
});

test("the file has all stored data of the customer in words and none of others; a person's text cannot become markup", async () => {
  const answer = await file(await ask({ email: "asha@example.com" }));
  expect(answer.headers.get("content-disposition")).toBe('attachment; filename="personal-data.html"');
  const text = await answer.text();
  for (const told of [
    "Asha@Example.com",
    "+16135551212",
    "#1011",
    "12.5",
    "vip",
    "Tea lovers",
    "First name",
    "Your orders",
    "Ordered on",
  ])
    expect(text).toContain(told);
  expect(text).toContain("&lt;b&gt;Patel&lt;/b&gt;");
  expect(text).not.toMatch(/<b>|bob@example.com|#1013|Guest tea|\{\{|undefined|\[object|privacy\./);
  const guest = await (await file(await ask({ email: "guest@example.com" }))).text();
  expect(guest).toContain("Guest tea");
  expect(guest).toContain("#1012");
  expect(guest).not.toContain("#1011");
});

test.each(["2026-99-99T99:99:99Z", "2026-10-05T24:61:00+99:99"])(
  "a note that only looks like a time stays as it was written: %s",
  async (note) => {
    await shop.db.tx((tx) =>
      tx.run(sql`insert into customer (shop_id, id, note) values (${shop.id}, '6', ${note})
        on conflict (shop_id, id) do update set note = excluded.note`),
    );
    expect(await (await file(await ask({ id: 6 }))).text()).toContain(note);
  },
);

test("after a redaction no earlier request names the person", async () => {
  await shop.db.tx((tx) =>
    tx.run(sql`insert into customer (shop_id, id, email) values (${shop.id}, '5', 'eve@example.com')`),
  );
  const id = await ask({ email: "eve@example.com" });
  expect(await told(id)).toEqual({ people: ["5"], hasFile: true });
  const key = randomUUID();
  const body = Buffer.from(JSON.stringify({ shop_domain: shop.id, customer: { id: 5, email: "eve@example.com" } }));
  const topic = "customers/redact" as const;
  await shop.db.tx((tx) =>
    fileRequest(shop.id, tx, shopify, { connection: "", topic, key, receivedAt: new Date(), body }),
  );
  await comply(shop.id, `erase customer shopify ${key}`, eraseSteps);
  expect(await told(id)).toEqual({ people: [], hasFile: false });
  await expect(file(id)).rejects.toMatchObject({ status: 404 });
});
