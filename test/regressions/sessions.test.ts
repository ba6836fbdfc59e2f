import { Session } from "@shopify/shopify-api";
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { adminFor } from "../../app/shopify/admin-api.server.ts";
import { forShop, sql } from "../../app/db.server.ts";
import { markUninstalled } from "../../app/shopify/installation.server.ts";
import { sessionStorage } from "../../app/shopify/sessions.server.ts";
import { merchant } from "../../app/shopify.server.ts";
import { openShop } from "../../app/shop.server.ts";
import { installationOf, redactShop } from "../../app/sync/compliance/redact-shop.server.ts";
import { startDevShop, type DevShop } from "../setup/dev-shop.ts";

let dev: DevShop;
const owner = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
beforeAll(async () => {
  dev = await startDevShop("tea.myshopify.com", { name: "Tea" });
});
afterAll(async () => {
  await owner.end();
  await dev.close();
});
beforeEach(() => owner.query("delete from session; delete from shop; delete from shop_profile"));

const offline = (more: Partial<Session> = {}) =>
  new Session({
    id: "offline_tea.myshopify.com",
    shop: "tea.myshopify.com",
    state: "",
    isOnline: false,
    accessToken: "shpat_1",
    expires: new Date(Date.now() + 3_600_000),
    refreshToken: "shprt_1",
    refreshTokenExpires: new Date(Date.now() + 86_400_000),
    ...more,
  });

test("R21 template-remix#536: fifty requests that store the same session at once all succeed", async () => {
  const stored = await Promise.all(Array.from({ length: 50 }, () => sessionStorage.storeSession(offline())));
  expect(stored.every(Boolean)).toBe(true);
  expect(await sessionStorage.findSessionsByShop("tea.myshopify.com")).toHaveLength(1);
});

test("R23 shopify-app-js#3298: a session is read back whole, with its refresh token and dates", async () => {
  const session = offline({ scope: "read_orders" });
  await sessionStorage.storeSession(session);
  expect((await sessionStorage.loadSession(session.id))?.toObject()).toEqual(session.toObject());
  await sessionStorage.deleteSession(session.id);
  expect(await sessionStorage.loadSession(session.id)).toBeUndefined();
});

test("an id without a shop of Shopify loads, stores and deletes nothing", async () => {
  for (const id of ["offline_evil.com", "tea.myshopify.com", "", "offline_tea.myshopify.com' or 1=1", "__proto__"]) {
    expect(await sessionStorage.loadSession(id)).toBeUndefined();
    expect(await sessionStorage.deleteSession(id)).toBe(true);
  }
  await sessionStorage.deleteSessions(["offline_evil.com", "offline_tea.myshopify.com"]);
});

test("R28: of more sessions than one page of the library has, none is left out", async () => {
  for (let user = 1; user <= 60; user += 1) {
    await sessionStorage.storeSession(offline({ id: `tea.myshopify.com_${user}`, isOnline: true }));
  }
  expect(await sessionStorage.findSessionsByShop("tea.myshopify.com")).toHaveLength(60);
});

test("R26 shopify_python_api#733: two shops' requests, in any order, each get their own shop's answer", async () => {
  const coffee = dev.addShop("coffee.myshopify.com", { name: "Coffee" });
  const shops = [dev.shop, coffee];
  const opened = await Promise.all(shops.map((shop) => merchant(dev.document("/app", { shop }))));
  const admins = await Promise.all(opened.map(({ shop }) => adminFor(shop)));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(1), { minLength: 2, maxLength: 8 }), async (order) => {
      const names = await Promise.all(
        order.map(async (which) => {
          const answer = await admins[which]?.request<{ shop: { name: string } }>("query Name { shop { name } }");
          return answer?.shop.name;
        }),
      );
      return names.every((name, at) => name === shops[order[at] ?? 0]?.name);
    }),
    { numRuns: 25 },
  );
});

test("R25: in whatever order uninstalls, installations and their late webhooks arrive, data are deleted only if the shop uninstalled the app", async () => {
  const SHOP = "tea.myshopify.com";
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 22, 0, minute));
  type Step = "install" | "uninstall" | "redact";
  /**
   * The true installations, and their webhooks: each step happens at its minute, and its webhook may arrive after any later
   * webhook.
   */
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.nat(9), { minLength: 6, maxLength: 6 }),
      async (rounds, delays) => {
        await owner.query("delete from shop; delete from customer");
        const steps = Array.from({ length: rounds }, (_, round): [Step, number][] => [
          ["install", round * 10 + 1],
          ["uninstall", round * 10 + 3],
          ["redact", round * 10 + 5],
        ]).flat();
        // The merchant installs the app again within 48 hours: the last round ends with an installation.
        steps.push(["install", rounds * 10 + 1]);
        const news = steps
          .map(([step, minute], index) => ({
            step,
            minute,
            arrives: step === "install" ? minute : minute + (delays[index % 6] ?? 0) * 4,
          }))
          .sort((a, b) => a.arrives - b.arrives);
        /** Whether Shopify accepts the shop's token: from an installation until the next uninstall. */
        const answersAt = (minute: number) => minute > rounds * 10 || (minute % 10 >= 1 && minute % 10 < 3);
        for (const { step, minute, arrives } of news) {
          if (step === "uninstall") await markUninstalled(SHOP, at(minute));
          if (step === "redact" && !answersAt(arrives)) await redactShop(SHOP, await installationOf(SHOP));
          if (step !== "install") continue;
          await forShop(SHOP).tx(async (tx) => {
            await tx.run(sql`
            insert into shop (id, domain, installed_at) values (${SHOP}, ${SHOP}, ${at(minute)}::timestamptz)
            on conflict (id) do update set installed_at = excluded.installed_at, uninstalled_at = null`);
            await tx.run(
              sql`insert into customer (shop_id, id) values (${SHOP}, ${String(minute)}) on conflict do nothing`,
            );
          });
        }
        const { rows } = await owner.query("select id from customer where id = $1", [String(rounds * 10 + 1)]);
        return rows.length === 1 && (await openShop(SHOP)) !== null;
      },
    ),
    { numRuns: 60 },
  );
});
