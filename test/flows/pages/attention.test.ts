// "Needs attention" on Home lists what is wrong in each domain.
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql, type Sql } from "../../../app/db.server.ts";
import { loader as home } from "../../../app/routes/app._index.tsx";
import { registry } from "../../../app/plugins/installed.server.ts";
import { savePlacements } from "../../../app/shopify/blocks.server.ts";
import { setSurveyState } from "../../../app/surveys/definition/survey-state.server.ts";
import { blank, templates } from "../../../app/surveys/editor/templates.ts";
import { readProgress } from "../../../app/analytics/figures.server.ts";
import { syncAttention } from "../../../app/sync/status/attention.server.ts";
import { merchant } from "../../../app/shopify.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { savedSurvey } from "../../setup/definitions.ts";
import { startDevShop, type DevShop } from "../../setup/dev-shop.ts";
import { newShop } from "../new-shop.ts";

let dev: DevShop;
let shop: Shop;

beforeAll(async () => {
  dev = await startDevShop("attention.myshopify.com", { timeZone: "Europe/London", currency: "GBP" });
  ({ shop } = await merchant(dev.document("/app")));
});
afterAll(() => dev.close());

const run = (statement: Sql) => shop.db.tx((tx) => tx.run(statement));
const entries = async () => (await home({ request: dev.data("/app"), params: {}, context: {} })).attention;

test("in a store without problems nothing needs attention", async () => {
  expect(await entries()).toEqual([]);
});

test("problems of every domain are on Home, the worst first, each with a link to its remedy", async () => {
  await run(sql`insert into plugin_health (shop_id, plugin, failures, failed_at, fault)
    values (${shop.id}, 'loyalty', 2, '2026-11-20T10:00:00Z', 'TypeError')`);
  await run(sql`insert into segment (shop_id, id, handle, name, query, created_at, updated_at)
    values (${shop.id}, 's1', 'gold', 'Gold', 'loyalty_tier = ''GOLD''', now(), now())`);
  await run(
    sql`insert into segment_figures (shop_id, segment_id, version, fault) values (${shop.id}, 's1', 1, 'failed 3')`,
  );
  await run(sql`insert into inbox (shop_id, topic, key, body, state)
    values (${shop.id}, 'orders/create', 'k', 'x', 'poison')`);
  await run(sql`insert into offer (shop_id, id, handle, kind, name, words, wish, starts_at, created_at, updated_at) values
    (${shop.id}, 'o1', 'o1', 'message', 'Hello', '{"en":{"title":"Hi","text":"","action":""}}', 'on', now() - interval '1 minute', now(), now())`);
  await run(sql`insert into offer_publication (shop_id, offer_id, fault) values
    (${shop.id}, 'o1', '{"key":"offers.fault.refused","parameters":{"message":"no"}}')`);
  expect(await entries()).toEqual([
    expect.objectContaining({
      key: "offers.fault.refused",
      about: { id: "o1", name: "Hello" },
      mend: { label: "offers.attention.open", url: "/app/offers/o1" },
    }),
    expect.objectContaining({ key: "segments.attention.failed", about: { id: "s1", name: "Gold" } }),
    expect.objectContaining({ key: "sync.attention.poison", parameters: { count: 1 }, about: null }),
    expect.objectContaining({
      key: "plugins.attention.failed",
      since: new Date("2026-11-20T10:00:00Z"),
      tone: "warning",
    }),
  ]);
  await run(sql`update offer set wish = 'ended' where shop_id = ${shop.id}`);
  await run(sql`update segment set archived_at = now() where shop_id = ${shop.id}`);
  await run(sql`update inbox set state = 'applied' where shop_id = ${shop.id}`);
  await run(sql`insert into plugin (shop_id, name, enabled) values (${shop.id}, 'loyalty', false)`);
  expect(await entries()).toEqual([]);
});

test("a survey that no page of the checkout can ask is on Home, with a link to the checkout editor", async () => {
  await savedSurvey(shop, null, { ...blank, ...templates["nps"], name: "Nps" }, registry.questionKinds);
  const [survey] = await shop.db.tx((tx) =>
    tx.rows<{ id: string }>(sql`select id from survey where shop_id = ${shop.id}`),
  );
  await setSurveyState(shop, survey?.id ?? "", "active", { actor: "merchant" });
  await savePlacements(shop, { thank_you: [] });
  expect(await entries()).toEqual([
    expect.objectContaining({
      key: "surveys.attention.no_block.thank_you",
      about: { id: survey?.id, name: "Nps" },
      mend: expect.objectContaining({ url: expect.stringContaining("/admin/settings/checkout/editor") }),
    }),
  ]);
  await setSurveyState(shop, survey?.id ?? "", "ended", { actor: "merchant" });
  expect(await entries()).toEqual([]);
});

test("privacy requests that are due soon, customers whom Shopify refused, and lost access to Shopify are on Home", async () => {
  await run(sql`insert into compliance_request (shop_id, id, kind, received_at, due_at) values
    (${shop.id}, 'new', 'erase customer', now(), now() + interval '30 days'),
    (${shop.id}, 'old', 'erase customer', now() - interval '25 days', now() + interval '5 days')`);
  await run(sql`insert into publication (shop_id, customer_id, published_at, fault) values
    (${shop.id}, '1', '2026-11-20T10:00:00Z', 'refused'), (${shop.id}, '2', '2026-11-21T10:00:00Z', null)`);
  const told = async () => (await syncAttention(shop)).map(({ key }) => key);
  expect(await told()).toEqual(["sync.attention.request_due"]);
  expect(await entries()).toContainEqual(
    expect.objectContaining({
      ...{
        key: "offers.attention.refused_customers",
        parameters: { count: 1 },
        since: new Date("2026-11-20T10:00:00Z"),
      },
    }),
  );
  await run(sql`update compliance_request set done_at = now() where shop_id = ${shop.id}`);
  await run(sql`update session set access_token = null where shop_id = ${shop.id}`);
  expect(await told()).toEqual(["sync.attention.reconnect"]);
});

test("the setup guide's steps stay done after the offer and the survey that the merchant created were ended or deleted", async () => {
  const fresh = await newShop();
  const write = (statement: Sql) => fresh.db.tx((tx) => tx.run(statement));
  expect(await readProgress(fresh)).toMatchObject({ segment: false, offer: false, survey: false });
  await write(sql`insert into audit (shop_id, at, actor, subject_kind, subject_id, action) values
    (${fresh.id}, now(), 'merchant', 'offer', 'gone', 'created'), (${fresh.id}, now(), 'merchant', 'offer', 'gone', 'deleted'),
    (${fresh.id}, now(), 'merchant', 'segment', 'other', 'created')`);
  expect(await readProgress(fresh)).toMatchObject({ segment: false, offer: true, survey: false });
  await write(sql`insert into survey (shop_id, id, handle, name, state, created_at, updated_at)
    values (${fresh.id}, 'over', 'over', 'Over', 'ended', now(), now())`);
  await write(sql`insert into segment (shop_id, id, handle, name, query, created_at, updated_at, archived_at)
    values (${fresh.id}, 'old', 'old', 'Old', 'number_of_orders > 0', now(), now(), now())`);
  expect(await readProgress(fresh)).toMatchObject({ segment: true, offer: true, survey: true });
});
