// A deployment in which the old processes still run with the tables of the new version.
import { afterAll, beforeAll, expect, test } from "vitest";
import { runOn } from "../../prisma/schema-engine.ts";
import { addShop } from "../dev-store/store.ts";
import { startStack, urlsOfTest, type Stack } from "../setup/stack.ts";
import { writeHistory } from "./history.ts";
import { sendAll } from "./witness.ts";

const SHOP = "other-version.myshopify.com";
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ urls: urlsOfTest() });
  await stack.install(addShop(stack.store, SHOP));
});
afterAll(() => stack?.stop());

const rename = (from: string, to: string) => runOn(urlsOfTest().owner, `alter table ${from} rename to ${to}`);
const stored = async () => {
  const rows = await runOn<{ state: string; count: number }>(
    urlsOfTest().owner,
    "select state, count(*)::int from inbox where shop_id = $1 and webhook_id like 'event-%' group by state",
    [SHOP],
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
};

test("webhooks that arrive while the tables have another version wait, and the right version then applies all of them", async () => {
  const webhooks = writeHistory([SHOP], 60, 1).get(SHOP) ?? [];
  const options = { appUrl: stack.appUrl, secret: stack.store.config.apiSecret, lanes: 4, pauseMs: 5 };
  await rename("refund", "refund_of_later");
  await rename("tombstone_key", "tombstone_key_of_later");
  expect((await sendAll(webhooks, options)).refused, "no answer but 200").toEqual(new Map());
  const { checks } = (await (await fetch(`${stack.appUrl}/readyz`)).json()) as {
    checks: { name: string; reason: string }[];
  };
  expect(checks.find(({ name }) => name === "secrets")?.reason).toBe(
    "the database has the tables of another version of the app: start that version",
  );
  // The worker tries, and holds up no webhook.
  await expect.poll(() => stack.web.log()).toMatch(/42P01.*refunds\.server/);
  const beside = await stored();
  expect(beside["waiting"]).toBeGreaterThan(0);
  expect(beside).not.toHaveProperty("poison");
  await rename("refund_of_later", "refund");
  await rename("tombstone_key_of_later", "tombstone_key");
  await stack.web.stop();
  stack.web = await stack.startWeb();
  await expect.poll(stored).toEqual({ applied: webhooks.length });
});
