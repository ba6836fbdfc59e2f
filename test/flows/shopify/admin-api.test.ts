import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { adminFor, AdminApiError, type AdminApi } from "../../../app/shopify/admin-api.server.ts";
import { metricsText } from "../../../app/metrics.server.ts";
import { merchant } from "../../../app/shopify.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { answerJson, type Face, type StoreAnswer } from "../../dev-store/http.ts";
import { startDevShop, type DevShop } from "../../setup/dev-shop.ts";

/** The answers that replace the store's own, one after the other. Null closes the connection. */
let instead: (StoreAnswer | null)[] = [];
let asked = 0;
const inTheWay: Face = async (_store, _shop, request) => {
  if (!request.url.pathname.startsWith("/admin/api/")) return null;
  asked += 1;
  const answer = instead.shift();
  return answer === undefined ? null : (answer ?? { status: 0, headers: {}, body: "" });
};

let dev: DevShop;
let shop: Shop;
let admin: AdminApi;
const said: object[] = [];
beforeAll(async () => {
  dev = await startDevShop("tea.myshopify.com", { name: "Tea" }, { faces: [inTheWay] });
  const opened = (await merchant(dev.document())).shop;
  const note = (line: object) => void said.push(line);
  shop = { ...opened, log: Object.assign(Object.create(opened.log), { info: note, warn: note, error: note }) };
});
afterAll(() => dev.close());
beforeEach(async () => {
  instead = [];
  asked = 0;
  said.length = 0;
  admin = await adminFor(shop, { timeoutMs: 8000 });
});

const NAME = "query Name { shop { name } }";
const CREATE = /* GraphQL */ `
  mutation Create($name: String!, $query: String!) {
    segmentCreate(name: $name, query: $query) {
      segment {
        id
      }
      userErrors {
        message
      }
    }
  }
`;
const name = async () => (await admin.request<{ shop: { name: string } }>(NAME)).shop.name;
const create = () => admin.request(CREATE, { name: "Secret name", query: "number_of_orders > 1" });
const failure = (work: Promise<unknown>) =>
  work.then(
    () => "nothing failed",
    (error: unknown) => (error instanceof AdminApiError ? error.failure : error),
  );
const throttled = answerJson({
  errors: [{ message: "Throttled", extensions: { code: "THROTTLED" } }],
  extensions: {
    cost: {
      requestedQueryCost: 101,
      actualQueryCost: null,
      throttleStatus: { maximumAvailable: 2000, currentlyAvailable: 1, restoreRate: 100 },
    },
  },
});
const busy = (status: number, body = "<html>busy</html>", headers = {}): StoreAnswer => ({ status, headers, body });

test("R44a Shopify/cli PR 8317: after THROTTLED with HTTP 200 the client waits for points and tries again", async () => {
  instead = [throttled];
  const began = Date.now();
  expect(await name()).toBe("Tea");
  expect(Date.now() - began).toBeGreaterThan(900);
  expect(asked).toBe(2);
});

test("after 429 the client waits as long as the answer says", async () => {
  instead = [busy(429, "", { "retry-after": "1.0" })];
  const began = Date.now();
  expect(await name()).toBe("Tea");
  expect(Date.now() - began).toBeGreaterThan(900);
});

test("a query is repeated after errors of every kind", async () => {
  instead = [busy(502), null, busy(200, "<html>not JSON</html>")];
  expect(await adminFor(shop, { timeoutMs: 60_000 }).then((api) => api.request(NAME))).toEqual({
    shop: { name: "Tea" },
  });
  expect(asked).toBe(4);
});

test("a mutation whose answer was lost is not repeated: the caller must look first", async () => {
  for (const lost of [busy(500), busy(502), busy(504), null, busy(200, "cut o")]) {
    instead = [lost];
    asked = 0;
    expect(await failure(create())).toBe("uncertain");
    expect(asked).toBe(1);
  }
});

test("a mutation that certainly did not happen is repeated", async () => {
  instead = [throttled, busy(429, "", { "retry-after": "0.1" }), busy(503)];
  await create();
  expect(asked).toBe(4);
});

test("after its time limit a request fails as throttled or unavailable", async () => {
  admin = await adminFor(shop, { timeoutMs: 300 });
  instead = Array.from({ length: 20 }, () => busy(429, "", { "retry-after": "5" }));
  expect(await failure(name())).toBe("throttled");
  instead = Array.from({ length: 20 }, () => busy(503));
  expect(await failure(name())).toBe("unavailable");
});

test("a query that Shopify refuses fails at once with the reason, without the variables", async () => {
  const error = (await admin
    .request("query Bad($x: String) { nothing(x: $x) }", { x: "ada@example.com" })
    .catch((thrown: unknown) => thrown)) as AdminApiError;
  expect(error).toMatchObject({ failure: "refused", operation: "Bad" });
  expect(error.faults[0]?.message).toContain("nothing");
  expect(`${error.message} ${JSON.stringify(error)} ${error.stack}`).not.toContain("ada@example.com");
  expect(asked).toBe(1);
});

test("a withheld field is null, and the rest of the answer is used", async () => {
  instead = [
    answerJson({
      data: { shop: { name: "Tea", email: null } },
      errors: [{ message: "not approved", path: ["shop", "email"], extensions: { code: "ACCESS_DENIED" } }],
    }),
  ];
  expect(await admin.request("query Mail { shop { name email } }")).toEqual({ shop: { name: "Tea", email: null } });
  expect(JSON.stringify(said)).toContain("shop.email");
});

test("T11: no log line, error or metric contains a token or a request's variables", async () => {
  instead = [throttled, busy(429, "", { "retry-after": "0.1" }), busy(500)];
  const error = await create().catch((thrown: Error) => thrown);
  const words = `${JSON.stringify(said)} ${String(error)} ${JSON.stringify(error)} ${await metricsText()}`;
  expect(words).toContain("Create");
  for (const secret of ["shpat_", "Secret name", "test-client-secret"]) expect(words).not.toContain(secret);
});
