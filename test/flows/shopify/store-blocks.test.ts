// Where our blocks are placed: reported by the admin through a page of the app, and by requests of shoppers' pages.
import { afterAll, beforeAll, expect, test } from "vitest";
import { stands } from "../../../app/blocks.ts";
import { action as tell } from "../../../app/routes/app.blocks.ts";
import { loader as frame } from "../../../app/routes/app.tsx";
import { loader as ask } from "../../../app/routes/checkout.survey.ts";
import { noteBlockSeen, savePlacements } from "../../../app/shopify/blocks.server.ts";
import { merchant } from "../../../app/shopify.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { APP_URL, BROWSER, startDevShop, type DevShop } from "../../setup/dev-shop.ts";

let dev: DevShop;
let shop: Shop;

beforeAll(async () => {
  dev = await startDevShop("blocks.myshopify.com");
  ({ shop } = await merchant(dev.document("/app")));
});
afterAll(() => dev.close());

const blocks = async () => (await frame({ request: dev.data("/app"), params: {}, context: {} })).blocks;
const post = (placements: string) =>
  tell({
    request: new Request(`${APP_URL}/app/blocks`, {
      method: "POST",
      headers: { "user-agent": BROWSER, authorization: `Bearer ${dev.merchantToken()}` },
      body: new URLSearchParams({ placements }),
    }),
    params: {},
    context: {},
  });

test("blocks that the admin reports are known from then on, and blocks that it does not report stay unknown", async () => {
  expect(stands((await blocks()).offer)).toBeNull();
  await post(JSON.stringify({ offer: ["home"], survey: [] }));
  const { offer, survey, thank_you } = await blocks();
  expect([stands(offer, "home"), stands(offer, "cart"), stands(survey), stands(thank_you)]).toEqual([
    ...[true, false, false, null],
  ]);
  for (const nonsense of ["", "{", '{"offer":"home"}', '{"other":["home"]}', '{"offer":["\\u0000"]}', "[]", "null"])
    expect((await post(nonsense)) instanceof Response, nonsense).toBe(true);
  expect(stands((await blocks()).offer, "home")).toBe(true);
});

test("a thank-you page that requests its survey shows that the block is placed there", async () => {
  const at = (token: string) =>
    ask({
      request: new Request(`${APP_URL}/checkout/survey?order=1`, { headers: { authorization: `Bearer ${token}` } }),
      params: {},
      context: {},
    });
  await expect(at("forged")).rejects.toMatchObject({ status: 401 });
  expect(stands((await blocks()).thank_you)).toBeNull();
  expect((await at(dev.checkoutToken())).status).toBe(204);
  expect(stands((await blocks()).thank_you)).toBe(true);
});

test("a shopper's page is noted once an hour, and at once after the admin reported that the block is gone", async () => {
  const at = (time: string): Shop => ({ ...shop, now: () => new Date(`2027-01-01T${time}:00Z`) });
  const seen = async () => (await blocks()).thank_you.seenAt?.toISOString();
  await noteBlockSeen(at("10:00"), "thank_you");
  await noteBlockSeen(at("10:30"), "thank_you");
  expect(await seen()).toBe("2027-01-01T10:00:00.000Z");
  await savePlacements(at("10:40"), { thank_you: [] });
  expect(stands((await blocks()).thank_you)).toBe(false);
  await noteBlockSeen(at("10:41"), "thank_you");
  expect(await seen()).toBe("2027-01-01T10:41:00.000Z");
  await noteBlockSeen(at("11:50"), "thank_you");
  expect(await seen()).toBe("2027-01-01T11:50:00.000Z");
});
