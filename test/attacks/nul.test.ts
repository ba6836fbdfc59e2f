// U+0000 in URLs and form fields. The database refuses such a text, and the app must answer 400 rather than 500.
import { afterAll, beforeAll, expect, test } from "vitest";
import * as customer from "../../app/routes/app.customers.$id._index.tsx";
import * as customers from "../../app/routes/app.customers._index.tsx";
import * as shoppers from "../../app/routes/app.offers.shoppers.ts";
import * as segment from "../../app/routes/app.segments.$id.tsx";
import * as settings from "../../app/routes/app.settings.tsx";
import * as checkout from "../../app/routes/checkout.survey.ts";
import * as nothing from "../../app/routes/app.$.tsx";
import * as proxy from "../../app/routes/proxy.survey.ts";
import { merchant } from "../../app/shopify.server.ts";
import { signedProxyQuery, startDevShop, type DevShop } from "../setup/dev-shop.ts";

let dev: DevShop;

beforeAll(async () => {
  dev = await startDevShop("nul.myshopify.com");
  await merchant(dev.document("/app"));
});
afterAll(() => dev.close());

const statusOf = async (work: () => Promise<unknown>) => {
  const answer = await work().catch((thrown: unknown) => thrown);
  return answer instanceof Response ? answer.status : answer;
};

test("a page whose URL contains U+0000 is answered 400", async () => {
  const args = (path: string, params = {}) => ({ request: dev.data(path), params, context: {} });
  expect(await statusOf(() => customers.loader(args("/app/customers?q=%00")))).toBe(400);
  expect(await statusOf(() => customer.loader(args("/app/customers/%00", { id: "\0" })))).toBe(400);
  expect(await statusOf(() => shoppers.loader(args("/app/offers/shoppers?segment=%00")))).toBe(400);
  expect(await statusOf(() => merchant(dev.document("/app", { search: { q: "a\0b" } })))).toBe(400);
  expect(await statusOf(() => customers.loader(args("/app/customers?q=%2500")))).toMatchObject({ search: "%00" });
});

test("a form that contains U+0000 is answered 400, however it is encoded, and nothing is stored", async () => {
  const multipart = new FormData();
  multipart.set("name", "Tea\0");
  const sent = (body: BodyInit) => {
    const { url, headers } = dev.data("/app/segments/new");
    const request = new Request(url, { method: "POST", headers: new Headers(headers), body });
    return statusOf(() => segment.action({ request, params: { id: "new" }, context: {} }));
  };
  expect(await sent(new URLSearchParams({ name: "Tea\0", query: "number_of_orders > 0" }))).toBe(400);
  expect(await sent(new URLSearchParams({ "na\0me": "Tea" }))).toBe(400);
  expect(await sent(multipart)).toBe(400);
  const { url, headers } = dev.data("/app/settings");
  const body = new URLSearchParams({ inboxDays: "30" });
  const request = new Request(url, { method: "POST", headers, body });
  expect(await statusOf(() => settings.action({ request, params: {}, context: {} }))).toMatchObject({});
});

test("a client without a session gets the same answer as without U+0000", async () => {
  const request = dev.data("/app/customers?q=%00", { token: "none" });
  expect(await statusOf(() => customers.loader({ request, params: {}, context: {} }))).not.toBe(400);
});

test("shoppers' doors refuse U+0000 in their URLs", async () => {
  const headers = { authorization: `Bearer ${dev.checkoutToken()}` };
  const asked = new Request("https://app.example.com/checkout/survey?locale=%00", { headers });
  expect(await statusOf(() => checkout.loader({ request: asked, params: {}, context: {} }))).toBe(400);
  const query = signedProxyQuery({
    shop: "nul.myshopify.com",
    logged_in_customer_id: "",
    path_prefix: "/apps/regulars",
    timestamp: String(Math.floor(Date.now() / 1000)),
    page: "\0",
  });
  const request = new Request(`https://app.example.com/proxy/survey?${query}`, { method: "POST", body: "{}" });
  expect(await (await answered(proxy.action({ request, params: {}, context: {} }))).text()).toMatch(/^The address/);
});

const answered = (work: Promise<Response>) => work.catch((thrown: Response) => thrown);

test("a URL without a page is answered 404 for a merchant", async () => {
  const request = dev.data("/app/nothing");
  expect(await statusOf(() => nothing.loader({ request, params: { "*": "nothing" }, context: {} }))).toBe(404);
});
