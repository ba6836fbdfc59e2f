// Two people edit the same object: a save that would overwrite a newer version is refused.
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import { field } from "../../../app/fields.ts";
import { definePlugin } from "../../../app/plugins/plugin.ts";
import { listPlugins, savePluginSettings, switchPlugin } from "../../../app/plugins/state.server.ts";
import { registryFor } from "../../../app/plugins/installed.server.ts";
import { action as saveSettings, loader as settings } from "../../../app/routes/app.settings.tsx";
import { action as actOnSegment, loader as segment } from "../../../app/routes/app.segments.$id.tsx";
import { action as actOnSurvey, loader as survey } from "../../../app/routes/app.surveys.$id._index.tsx";

import { merchant } from "../../../app/shopify.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { blank, templates } from "../../../app/surveys/editor/templates.ts";
import { savedSurvey, savedSegment } from "../../setup/definitions.ts";
import { APP_URL, BROWSER, startDevShop, type DevShop } from "../../setup/dev-shop.ts";

let dev: DevShop;
let shop: Shop;

beforeAll(async () => {
  dev = await startDevShop("stale.myshopify.com");
  ({ shop } = await merchant(dev.document("/app")));
});
afterAll(() => dev.close());

const STALE = { ok: false, faults: [{ key: "app.edit.stale" }] };
const DONE = { ok: true };
const at = (id: string, request: Request) => ({ request, params: { id }, context: {} });
const post = (path: string, fields: Record<string, string>) =>
  new Request(`${APP_URL}${path}`, {
    method: "POST",
    headers: { "user-agent": BROWSER, authorization: `Bearer ${dev.merchantToken()}` },
    body: new URLSearchParams(fields),
  });

const audited = (kind: string) =>
  shop.db.tx((tx) =>
    tx.rows(sql`select actor, action, version, changed from audit
      where shop_id = ${shop.id} and subject_kind = ${kind} order by id`),
  );

test("a save of a segment does not overwrite another person's newer save", async () => {
  const engine = await registryFor(shop);
  const id = await savedSegment(shop, { name: "Mine", query: "number_of_orders = 1" }, engine);
  const read = async () => (await segment(at(id, dev.data(`/app/segments/${id}`)))).view;
  const save = (name: string, version: string) =>
    actOnSegment(at(id, post(`/app/segments/${id}`, { intent: "save", name, query: "number_of_orders = 2", version })));
  const version = async () => (await read())?.version ?? "";
  const first = await version();
  expect(await save("First", first)).toMatchObject(DONE);
  expect(await save("Second", first)).toMatchObject(STALE);
  expect(await save("Third", "no version at all")).toMatchObject(STALE);
  expect(await read()).toMatchObject({ name: "First" });
  expect(await save("Second", await version())).toMatchObject(DONE);
  expect(await read()).toMatchObject({ name: "Second" });
});

test("a survey that another person saved meanwhile is neither overwritten nor published unseen", async () => {
  const draft = { ...blank, ...templates["nps"], name: "Mine" };
  const id = await savedSurvey(shop, null, draft, (await registryFor(shop)).questionKinds);
  const read = () => survey(at(id, dev.data(`/app/surveys/${id}`)));
  const act = (fields: Record<string, string>) => actOnSurvey(at(id, post(`/app/surveys/${id}`, fields)));
  const save = (name: string, version: string) =>
    act({ intent: "save", version, draft: JSON.stringify({ ...draft, name }) });
  const { version } = await read();
  expect(await save("First", version)).toMatchObject(DONE);
  expect(await save("Second", version)).toMatchObject(STALE);
  expect(await act({ intent: "start", version })).toMatchObject(STALE);
  expect(await read()).toMatchObject({ draft: { name: "First" }, state: "draft" });
  expect(await act({ intent: "start", version: (await read()).version })).toMatchObject(DONE);
  expect(await read()).toMatchObject({ draft: { name: "First" }, state: "active" });
});

test("a save of the app's or a plugin's settings does not overwrite another person's newer save", async () => {
  const days = async () => (await settings(at("", dev.data("/app/settings")))).values;
  const save = (inboxDays: string, version: string) =>
    saveSettings(at("", post("/app/settings", { intent: "save", inboxDays, version, locale: "en" })));
  const seen = JSON.stringify(await days());
  expect(await save("11", seen)).toMatchObject(DONE);
  expect(await save("12", seen)).toMatchObject(STALE);
  expect(await days()).toEqual({ inboxDays: 11, margin: "" });

  const plugin = definePlugin({
    name: "tries",
    contract: 1,
    label: "tries.label",
    description: "tries.description",
    settings: { share: field.percent("tries.share") },
  });
  const shares = (share: string, expectedVersion: string) =>
    savePluginSettings(shop, plugin, { share }, { actor: "staff:7", expectedVersion });
  expect(await shares("12.5", "0")).toEqual(DONE);
  expect(await shares("20", "0")).toEqual(STALE);
  const [held] = await listPlugins(shop, [plugin]);
  expect(held).toMatchObject({ values: { share: "12.5" }, version: "1" });
  expect(await shares("20", "1")).toEqual(DONE);
  await switchPlugin(shop, plugin, false, "worker");
  expect(await audited("plugin")).toEqual([
    { actor: "staff:7", action: "saved", version: 1, changed: ["share"] },
    { actor: "staff:7", action: "saved", version: 2, changed: ["share"] },
    { actor: "worker", action: "switched off", version: 3, changed: [] },
  ]);
  // The actor that the admin's token names.
  expect(await audited("settings")).toEqual([
    { actor: "staff:1", action: "saved", version: null, changed: ["inboxDays"] },
  ]);
});
