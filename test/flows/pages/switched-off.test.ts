// A definition that uses a plugin which is off: its page names the plugin and its contribution, and shows no internal name.
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import { loyalty } from "../../../app/plugins/loyalty/plugin.server.ts";
import { offerKinds } from "../../../app/plugins/offer-kinds/plugin.server.ts";
import { questionKinds } from "../../../app/plugins/question-kinds/plugin.server.ts";
import { registryFor } from "../../../app/plugins/installed.server.ts";
import { switchPlugin } from "../../../app/plugins/state.server.ts";
import { loader as offer } from "../../../app/routes/app.offers.$id.tsx";
import { loader as segment } from "../../../app/routes/app.segments.$id.tsx";
import { loader as survey } from "../../../app/routes/app.surveys.$id._index.tsx";
import { saveForm } from "../../../app/offers/editor/act-on-offer.server.ts";
import { evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import { merchant } from "../../../app/shopify.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { blank, templates } from "../../../app/surveys/editor/templates.ts";
import { done, savedSegment, savedSurvey } from "../../setup/definitions.ts";
import { startDevShop, type DevShop } from "../../setup/dev-shop.ts";
import { formOf, percentOff } from "../offers/offer-shop.ts";

let dev: DevShop;
let shop: Shop;

beforeAll(async () => {
  dev = await startDevShop("switched-off.myshopify.com");
  ({ shop } = await merchant(dev.document("/app")));
});
afterAll(() => dev.close());

const at = (section: string, id: string) => ({
  request: dev.data(`/app/${section}/${id}`),
  params: { id },
  context: {},
});
const switchOff = (plugin: Parameters<typeof switchPlugin>[1]) => switchPlugin(shop, plugin, false, "merchant");

test("a segment names the plugin of its attribute when the plugin is off and when it fails", async () => {
  const engine = await registryFor(shop);
  const query = "loyalty_tier = 'GOLD' AND number_of_orders > 1";
  const id = await savedSegment(shop, { name: "Gold", query }, engine);
  const evaluate = async () => evaluateSegment(shop, id, await registryFor(shop), async () => undefined);
  await evaluate();
  expect(await segment(at("segments", id))).toMatchObject({ culprits: [] });
  await switchOff(loyalty);
  await evaluate();
  const named = { name: "loyalty_tier", plugin: "loyalty", pluginLabel: loyalty.label };
  expect(await segment(at("segments", id))).toMatchObject({ culprits: [{ ...named, state: "off" }] });
  await switchPlugin(shop, loyalty, true, "merchant");
  await shop.db.tx((tx) =>
    tx.run(sql`update segment_figures set fault = 'failed' where shop_id = ${shop.id} and segment_id = ${id}`),
  );
  await shop.db.tx((tx) =>
    tx.run(sql`insert into plugin_health (shop_id, plugin, failures) values (${shop.id}, 'loyalty', 1)
      on conflict (shop_id, plugin) do update set failures = 1`),
  );
  expect(await segment(at("segments", id))).toMatchObject({ culprits: [{ ...named, state: "failing" }] });
});

test("a question whose kind is off keeps the kind's name, and names its plugin", async () => {
  const draft = { ...blank, ...templates["nps"], name: "Score" };
  const id = await savedSurvey(shop, null, draft, (await registryFor(shop)).questionKinds);
  await switchOff(questionKinds);
  const { kinds } = await survey(at("surveys", id));
  for (const { kind } of draft.questions) {
    const { label } = Object.entries(questionKinds.questionKinds ?? {}).find(([name]) => name === kind)?.[1] ?? {};
    const culprit = { name: kind, label, plugin: "question-kinds", pluginLabel: questionKinds.label, state: "off" };
    expect(kinds).toContainEqual({ name: kind, label, fields: {}, perChoice: null, ends: null, culprit });
  }
});

test("an offer whose kind is off keeps the kind's name, and names its plugin", async () => {
  const saving = { id: null, expectedVersion: null, actor: "merchant" as const };
  const { id } = done(await saveForm(shop, await registryFor(shop), formOf(percentOff()), saving));
  await switchOff(offerKinds);
  const { view } = await offer(at("offers", id));
  expect(view.culprits).toEqual([
    {
      ...{ name: "percentage", label: offerKinds.offerKinds?.["percentage"]?.label },
      ...{ plugin: "offer-kinds", pluginLabel: offerKinds.label, state: "off" },
    },
  ]);
});
