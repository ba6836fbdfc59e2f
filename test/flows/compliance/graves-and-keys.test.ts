// Tombstones while ENCRYPTION_KEY changes and the previous key is dropped. No redacted person may come back.
import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { forShop } from "../../../app/db.server.ts";
import { env } from "../../../app/env.server.ts";
import { loader as ready } from "../../../app/routes/readyz.ts";
import { noEntities, type CustomerRow } from "../../../app/customers/facts/entities.ts";
import { comply, fileRequest } from "../../../app/sync/compliance/compliance.server.ts";
import { shopify } from "../../../app/sync/sources/shopify/source.server.ts";
import { eraseSteps } from "../../../app/worker/erasure.server.ts";
import { dropRedacted } from "../../../app/customers/facts/redaction/tombstones.server.ts";
import { tick } from "../../../app/worker/schedule.server.ts";

const SHOP = "keys.myshopify.com";
const owner = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
const first = env.ENCRYPTION_KEY;
afterAll(() => owner.end());
beforeEach(async () => {
  await owner.query("truncate shop, tombstone, tombstone_key, compliance_request, session");
  await owner.query("insert into shop (id, domain, installed_at) values ($1, $1, now())", [SHOP]);
});
afterEach(() => setKeys(first));

const setKeys = (key: string, old?: string) => Object.assign(env, { ENCRYPTION_KEY: key, ENCRYPTION_KEY_OLD: old });
const newKey = () => randomBytes(32).toString("base64");

async function redact(id: number, email: string): Promise<void> {
  const body = Buffer.from(JSON.stringify({ shop_domain: SHOP, customer: { id, email }, orders_to_redact: [] }));
  const arrival = { connection: "", topic: "customers/redact" as const, key: String(id), receivedAt: new Date(), body };
  await forShop(SHOP).tx((tx) => fileRequest(SHOP, tx, shopify, arrival));
  await comply(SHOP, `erase customer shopify ${id}`, eraseSteps);
}

/** The customers among these who would be stored. */
async function stored(...ids: string[]): Promise<string[]> {
  const rows = ids.map(
    (id) => ({ id, email: null, phone: null, addedAt: null, updatedAt: null, seenAt: "" }) as CustomerRow,
  );
  const kept = await forShop(SHOP).tx((tx) => dropRedacted({ id: SHOP }, tx, { ...noEntities(), customers: rows }));
  return kept.customers.map(({ id }) => id);
}

const hour = (at: string) => tick(() => new Date(`2026-11-28T${at}:00Z`));

test("after two changes of the key, each with the previous key for a while, no redacted person comes back", async () => {
  await redact(1, "ada@example.com");
  const [second, third] = [newKey(), newKey()];
  setKeys(second, first);
  await hour("10:05");
  setKeys(third, second);
  await hour("11:05");
  setKeys(third);
  expect(await stored("1", "2")).toEqual(["2"]);
  await redact(2, "bea@example.com");
  expect(await stored("1", "2", "3")).toEqual(["3"]);
});

test("a lost key is reported by readiness and holds nothing up, and later redactions are carried out", async () => {
  await redact(1, "ada@example.com");
  setKeys(newKey());
  const { checks } = (await (await ready()).json()) as { checks: { name: string; ok: boolean; reason: string }[] };
  expect(checks.find(({ name }) => name === "secrets")).toMatchObject({
    ok: false,
    reason: expect.stringContaining("ENCRYPTION_KEY"),
  });
  await redact(2, "bea@example.com");
  expect(await stored("2", "3")).toEqual(["3"]);
  // The key is found again: all redacted people are recognised.
  setKeys(first, env.ENCRYPTION_KEY);
  expect(await stored("1", "2", "3")).toEqual(["3"]);
});
