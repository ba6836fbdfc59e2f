// A plugin's own check of settings that its fields accept one by one.
import { expect, test, vi } from "vitest";
import { field } from "../../../app/fields.ts";
import { definePlugin } from "../../../app/plugins/plugin.ts";
import { listPlugins, savePluginSettings } from "../../../app/plugins/state.server.ts";
import { newShop } from "../new-shop.ts";

const guest = (check: (settings: { least: number; most: number }) => unknown) =>
  definePlugin({
    ...{ name: "guest", contract: 1, label: "guest.label", description: "guest.text" },
    settings: {
      least: field.integer("guest.least", { initial: 1 }),
      most: field.integer("guest.most", { initial: 9 }),
    },
    check: (settings) => check(settings) as [],
  });

test("a check sees typed settings, and its fault is told at the field with its parameters", async () => {
  const shop = await newShop();
  const plugin = guest(({ least, most }) =>
    least < most ? [] : [{ key: "guest.too_much", parameters: { most }, field: "least" }],
  );
  const save = (least: string) => savePluginSettings(shop, plugin, { least, most: "5" }, { actor: "merchant" });
  expect(await save("5")).toEqual({
    ok: false,
    faults: [{ key: "guest.too_much", parameters: { most: 5 }, field: "least" }],
  });
  expect(await save("4")).toEqual({ ok: true });
});

const SILENT = "its check gives a fault without a key of locales/en.json";

test.each<[string, () => unknown, string]>([
  ["throws", () => JSON.parse("{"), "SyntaxError"],
  ["gives nothing", () => null, "its check gives no list of faults: give [] if there are none"],
  ["names no key", () => [{}], SILENT],
  ["gives null", () => [null], SILENT],
  ["names no setting", () => [{ key: "a", field: "x" }], 'its check gives a fault of the setting "x", which it does'],
])("a check of settings that %s marks its plugin, and the settings are not saved", async (_what, wrong, sentence) => {
  const shop = await newShop();
  const plugin = guest(({ most }) => (most === 3 ? wrong() : []));
  const save = (most: string) => savePluginSettings(shop, plugin, { most }, { actor: "merchant" });
  const view = async () => (await listPlugins(shop, [plugin]))[0];
  expect(await save("2")).toEqual({ ok: true });
  expect(await save("3")).toEqual({ ok: false, faults: [{ key: "plugins.check_failed" }] });
  const marked = async () => expect((await view())?.fault).toContain(`check: ${sentence}`);
  await vi.waitFor(marked, { timeout: 60_000 });
  expect(await view()).toMatchObject({ values: { most: 2 } });
});
