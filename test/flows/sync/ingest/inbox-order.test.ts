// The inbox at a power of ten, where text order and number order differ, and with a long backlog.
import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeEach, expect, it } from "vitest";
import { forShop, join, sql, trusted } from "../../../../app/db.server.ts";
import { openShop } from "../../../../app/shop.server.ts";
import { comply, fileRequest } from "../../../../app/sync/compliance/compliance.server.ts";
import { shopify } from "../../../../app/sync/sources/shopify/source.server.ts";
import { eraseSteps } from "../../../../app/worker/erasure.server.ts";
import { readPoison } from "../../../../app/sync/status/status.server.ts";
import { waitingRows } from "../../../../app/sync/inbox/turn.server.ts";
import { takeTurn } from "../../../../app/worker/batch.server.ts";
import { planNodes } from "../../../setup/database/plan.ts";

const SHOP = "tens.myshopify.com";
const db = forShop(SHOP);
const owner = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
afterAll(() => owner.end());

beforeEach(async () => {
  await owner.query("truncate inbox, shop, shop_mark, tombstone, compliance_request");
  await owner.query("insert into shop (id, domain, installed_at) values ($1, $1, now())", [SHOP]);
});

/** Webhooks that arrived one by one. The first has this number. */
async function fill(first: number, topic: string, state: string, bodies: string[]): Promise<void> {
  const rows = bodies.map(
    (body, at) =>
      sql`(${SHOP}, ${String(first + at)}::bigint, ${topic}, ${randomUUID()}, ${state}, ${Buffer.from(body)})`,
  );
  await db.tx((tx) => tx.run(sql`insert into inbox (shop_id, seq, topic, key, state, body) values ${join(rows)}`));
}
const numbers = async (where: string) =>
  (
    await db.tx((tx) => tx.rows<{ seq: number }>(sql`select seq::float8 as seq from inbox where ${trusted(where)}`))
  ).map(({ seq }) => seq);

it.each([9_400, 99_400, 999_400])(
  "redaction reaches every body of a person across a power of ten (from %i)",
  async (first) => {
    const hers = Array.from({ length: 1240 }, (_, at) => JSON.stringify({ id: at, email: "ada@example.com" }));
    await fill(first, "orders/create", "applied", hers);
    const asked = { shop_domain: SHOP, customer: { email: "ada@example.com" } };
    const body = Buffer.from(JSON.stringify(asked));
    await db.tx((tx) =>
      fileRequest(SHOP, tx, shopify, {
        connection: "",
        topic: "customers/redact",
        key: "1",
        receivedAt: new Date(),
        body,
      }),
    );
    await comply(SHOP, "erase customer shopify 1", eraseSteps);
    const { rows } = await owner.query("select evidence from compliance_request");
    expect(rows).toEqual([{ evidence: { erased: { inbox: 1240 } } }]);
    expect(await numbers("true")).toEqual([]);
  },
);

it("at a power of ten, a newer webhook waits for the older ones", async () => {
  await fill(
    99_500,
    "shop/unheard",
    "waiting",
    Array.from({ length: 1001 }, () => "{}"),
  );
  expect(await takeTurn(SHOP, [])).toMatchObject({ taken: 1000, more: true });
  expect(await numbers("state = 'waiting'")).toEqual([100_500]);
});

it("at a power of ten, the newest held-up webhook is listed first", async () => {
  await fill(
    99_998,
    "orders/create",
    "poison",
    Array.from({ length: 4 }, () => "{}"),
  );
  const shop = await openShop(SHOP);
  if (!shop) throw new Error("the shop is there");
  expect((await readPoison(shop)).map(({ seq }) => seq)).toEqual(["100001", "100000", "99999", "99998"]);
});

it("with a backlog of 200,000 a turn reads only the rows that it takes, from an index and without a sort", async () => {
  await owner.query(
    `insert into inbox (shop_id, topic, key, body, state)
     select $1, 'orders/create', n, '{}', case when n % 100 = 0 then 'applied' else 'waiting' end from generate_series(1, 200000) n`,
    [SHOP],
  );
  await owner.query("analyze inbox");
  const nodes = await db.tx((tx) => planNodes(tx, waitingRows(SHOP)));
  expect(nodes.map((node) => node["Node Type"])).not.toContain("Sort");
  expect(nodes.flatMap((node) => node["Index Name"] ?? [])).toEqual(["inbox_open"]);
  expect(Math.max(...nodes.map((node) => node["Actual Rows"]))).toBeLessThanOrEqual(1000);
});
