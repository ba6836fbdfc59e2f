// A survey in the storefront: published into a real dev store, shown on its page, answered through its app proxy.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adminFor, type AdminApi } from "../../../app/shopify/admin-api.server.ts";
import { sql } from "../../../app/db.server.ts";
import { installShop } from "../../../app/shopify/installation.server.ts";
import { registry, registryFor } from "../../../app/plugins/installed.server.ts";
import { switchPlugin } from "../../../app/plugins/state.server.ts";
import * as proxy from "../../../app/routes/proxy.survey.ts";
import { openShop, type Shop } from "../../../app/shop.server.ts";
import { publishSurveys } from "../../../app/surveys/publish.server.ts";
import { setSurveyState } from "../../../app/surveys/definition/survey-state.server.ts";
import { savedSurvey } from "../../setup/definitions.ts";
import { blank, templates } from "../../../app/surveys/editor/templates.ts";
import { JOBS } from "../../../app/worker/jobs.server.ts";
import { createCustomer } from "../../dev-store/commands/customer.ts";
import { handleStorefront } from "../../dev-store/storefront/storefront.ts";
import { APP_URL, startDevShop, type DevShop } from "../../setup/dev-shop.ts";

const DOMAIN = "asking.myshopify.com";
let dev: DevShop;
let shop: Shop;
let survey: string;
let app: Server;

/** The part of the app's process that this door needs: the proxy's request becomes the route's request. */
const startApp = () =>
  createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const asked = new Request(`${APP_URL}${request.url}`, {
        method: request.method ?? "GET",
        body: Buffer.concat(pieces).toString("utf8"),
      });
      proxy
        .action({ request: asked, params: {}, context: {} })
        .catch((thrown: unknown) => thrown as Response)
        .then(async (answer) => {
          response.writeHead(answer.status, { "content-type": "application/json" });
          response.end(await answer.text());
        });
    });
  });

beforeAll(async () => {
  app = startApp();
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  const { port } = app.address() as AddressInfo;
  const config = { appUrl: `http://127.0.0.1:${port}` };
  dev = await startDevShop(DOMAIN, {}, { faces: [handleStorefront], config });
  dev.shop.themeBlocks.push({ id: "b1", block: "theme/survey", template: "index", settings: {} });
  await installShop(DOMAIN, { idToken: dev.merchantToken() });
  const opened = await openShop(DOMAIN);
  if (!opened) throw new Error("the shop is installed");
  shop = opened;
  survey = await savedSurvey(shop, null, { ...blank, ...templates.nps, name: "Q" }, registry.questionKinds);
});
afterAll(async () => {
  await dev.close();
  await new Promise((resolve) => app.close(resolve));
});

async function ask(path: string, { customer = "", body = "" } = {}) {
  const headers: Record<string, string> = { cookie: customer ? `shopper=${customer}` : "" };
  if (body) headers["content-type"] = "application/json";
  const answer = await handleStorefront(dev.store, dev.shop, {
    method: body ? "POST" : "GET",
    url: new URL(`https://${DOMAIN}${path}`),
    headers,
    body: Buffer.from(body),
  });
  if (!answer) throw new Error(`the storefront has no ${path}`);
  return { status: answer.status, text: String(answer.body) };
}

const page = async (search = "") => (await ask(`/${search}`)).text;
const publish = () => JOBS["surveys.publish"]({ shop: DOMAIN });

test("an active survey is shown in the storefront in the shopper's language, and an ended one is not", async () => {
  await publish();
  expect(await page()).not.toContain("regulars-survey");
  await setSurveyState(shop, survey, "active", { actor: "merchant" });
  await publish();
  expect(await page()).toContain("How likely are you to recommend us to a friend?");
  expect(await page("?locale=gu")).toContain("તમે કોઈ મિત્રને અમારી ભલામણ કરો એવી કેટલી શક્યતા છે?");
  expect(await page("?locale=pa")).toContain("ਸਾਡੀ ਸੇਵਾ ਕਿਵੇਂ ਲੱਗੀ?");
  await setSurveyState(shop, survey, "ended", { actor: "merchant" });
  await publish();
  expect(await page()).not.toContain("regulars-survey");
});

test("starting a survey, and each change of an active one, queues the job that publishes it", async () => {
  const waiting = () =>
    shop.db.tx((tx) =>
      tx.rows(
        sql`select 1 from pgboss.job where name = 'surveys.publish' and state = 'created' and data ->> 'shop' = ${DOMAIN}`,
      ),
    );
  expect(await waiting()).toHaveLength(1);
});

test("the job reads the store once to compare, and writes once", async () => {
  await setSurveyState(shop, survey, "active", { actor: "merchant" });
  const said: string[] = [];
  const admin = await adminFor(shop);
  const listening: AdminApi = {
    request: (document, variables) => {
      said.push(/(?:query|mutation) (\w+)/.exec(document)?.[1] ?? "");
      return admin.request(document, variables);
    },
  };
  for (let run = 0; run < 3; run += 1) await publishSurveys(shop, registry.questionKinds, listening);
  expect(said).toEqual(["ReadAppData", "SetAppData", "ReadAppData", "ReadAppData"]);
});

test("an answer goes through the shop's own proxy and belongs to the signed-in shopper", async () => {
  const customer = createCustomer(dev.store, dev.shop, { firstName: "Asha" }).id;
  await shop.db.tx((tx) => tx.run(sql`insert into customer (shop_id, id) values (${DOMAIN}, ${customer})`));
  const to = /data-to="([^"]+)"/.exec(await page())?.[1] ?? "";
  const answers = [{ question: "score", values: ["9"] }];
  const body = JSON.stringify({ survey, version: 1, locale: "en", visitor: crypto.randomUUID(), answers });
  expect(await ask(to, { customer, body })).toMatchObject({ status: 200 });
  expect(await ask(to, { body })).toMatchObject({ status: 200 });
  expect(await ask(to, { body: "{}" })).toMatchObject({ status: 400 });
  const stored = await shop.db.tx((tx) =>
    tx.rows(
      sql`select value_text as value, customer_id as customer from answer where shop_id = ${DOMAIN} order by customer_id`,
    ),
  );
  expect(stored).toEqual([
    { value: "9", customer },
    { value: "9", customer: null },
  ]);
});

test("switching a plugin off removes its questions from the storefront, and switching it on restores them", async () => {
  const kinds = registry.plugins.find(({ name }) => name === "question-kinds");
  if (!kinds) throw new Error("the plugin is installed");
  await switchPlugin(shop, kinds, false, "merchant");
  expect(Object.keys((await registryFor(shop)).questionKinds)).toEqual([]);
  await publish();
  expect(await page()).not.toContain("regulars-survey");
  await switchPlugin(shop, kinds, true, "merchant");
  await publish();
  expect(await page()).toContain("How are we doing?");
});
