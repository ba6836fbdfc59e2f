import pg from "pg";
import { afterAll, beforeEach, expect, test } from "vitest";
import { counter } from "../../../app/metrics.server.ts";
import { saveSession } from "../../../app/shopify/session-rows.server.ts";
import { loader as health } from "../../../app/routes/healthz.ts";
import { loader as metrics } from "../../../app/routes/metrics.ts";
import { loader as ready } from "../../../app/routes/readyz.ts";

const SHOP = "tea.myshopify.com";
const owner = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
afterAll(() => owner.end());

beforeEach(async () => {
  await owner.query("delete from session; delete from shop");
  await owner.query("insert into shop (id, domain, installed_at) values ($1, $1, now())", [SHOP]);
  const tokens = { accessToken: "shpat_1", refreshToken: null, refreshTokenExpires: null };
  const session = { shop: SHOP, id: `offline_${SHOP}`, state: "", isOnline: false, scope: "", expires: null };
  await saveSession({ ...session, ...tokens, onlineAccessInfo: null });
});

const failing = async () => {
  const answer = await ready();
  const { checks } = (await answer.json()) as { checks: { name: string; ok: boolean; reason: string }[] };
  return { status: answer.status, failing: checks.filter(({ ok }) => !ok) };
};

test("a process that answers is healthy, whatever else is wrong", async () => {
  expect((await health()).status).toBe(200);
});

test("a process is ready when the database is migrated and its secrets decrypt", async () => {
  expect(await failing()).toEqual({ status: 200, failing: [] });
});

test("with a migration missing it is not ready, and names the command to run", async () => {
  await owner.query("create table kept as select * from _prisma_migrations");
  await owner.query("delete from _prisma_migrations where migration_name like '%tenancy'");
  const { status, failing: found } = await failing();
  await owner.query("insert into _prisma_migrations select * from kept on conflict do nothing; drop table kept");
  expect(status).toBe(503);
  expect(found).toMatchObject([{ name: "migrations", reason: expect.stringContaining("npm run migrate") }]);
});

test("with another ENCRYPTION_KEY it is not ready, and shows nothing of the secrets", async () => {
  await owner.query("update session set access_token = regexp_replace(access_token, '^v1\\.\\w{8}', 'v1.00000000')");
  const { status, failing: found } = await failing();
  expect(status).toBe(503);
  expect(found).toMatchObject([{ name: "secrets", reason: expect.stringContaining("ENCRYPTION_KEY") }]);
});

test("metrics are shown to this machine in Prometheus' format, and other machines get 404", async () => {
  counter({ name: "tea_drunk_total", help: "For the test" }).inc(3);
  const ask = (remoteAddress?: string) =>
    metrics({ request: new Request("http://127.0.0.1/metrics"), context: { remoteAddress }, params: {} }).then(
      (answer) => answer.text(),
      (answer: Response) => answer.status,
    );
  expect(await ask("127.0.0.1")).toContain("tea_drunk_total 3");
  expect(await ask("203.0.113.5")).toBe(404);
  expect(await ask()).toBe(404);
});
