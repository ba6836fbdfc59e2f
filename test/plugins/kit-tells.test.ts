// What the kit tells of a failing plugin, in the author's own sentences and in those of the contract.
import { expect, test } from "vitest";
import { EVENT_KINDS } from "../../app/outbox.server.ts";
import { field } from "../../app/fields.ts";
import { defineOfferKind, definePlugin, defineQuestionKind, type Plugin } from "../../app/plugins/plugin.ts";
import { plantPeople } from "./kit/facts.ts";
import { CHECKS } from "./kit/test-plugin.ts";
import { pluginShop, type PluginShop } from "./kit/plugin-shop.ts";

const forged = (members: Partial<Plugin>): Plugin =>
  definePlugin({ name: "forged", contract: 1, label: "forged.label", description: "forged.text", ...members });

const check = (says: string, plugin: Plugin, it: PluginShop) =>
  CHECKS.find((each) => each.says.includes(says))?.run(plugin, it);

test("a test's own sentence fails with what a handler, a card or a kind threw, and once for each failure", async () => {
  const resolve = (): never => {
    throw new RangeError("no room for it");
  };
  const plugin = forged({
    webhooks: { "orders/create": async () => resolve() },
    cards: { forged_card: { label: "a", place: "home", resolve } },
    offerKinds: {
      forged_offer: defineOfferKind({ label: "a", settings: {}, resolve }),
      forged_for_nobody: defineOfferKind({
        label: "a",
        settings: {},
        resolve: () => ({ content: { shape: "message", href: null }, discount: null }),
        audience: () => "nowhere = 1",
      }),
    },
  });
  const it = await pluginShop(plugin);
  const says = (member: string) =>
    new RegExp(
      `^it failed: see each fault's line\n${member}: RangeError at test/plugins/kit-tells\\.test\\.ts:\\d+: no room for it$`,
    );
  await it.send("orders/create", {});
  await expect(it.settle()).rejects.toThrow(says("orders/create"));
  await expect(it.cards("home")).rejects.toThrow(says("card forged_card"));
  await expect(it.offer("forged_offer")).rejects.toThrow(says("offer forged_offer"));
  await it.settle();
  await expect(it.offer("forged_for_nobody")).rejects.toThrow("its query cannot be read: Line 1");
  const tolerant = await pluginShop(plugin, { mayFail: true });
  await tolerant.send("orders/create", {});
  await tolerant.settle();
  expect((await tolerant.page()).faults).toHaveLength(1);
});

test("a kind that shows another discount than the checkout gives is told", async () => {
  const gift = (shown: string, code: string) =>
    defineOfferKind({
      label: "a",
      settings: {},
      resolve: () => ({
        content: { shape: "discount", percent: shown, code: null, href: null },
        discount: { title: "", grant: { kind: "percent", percent: "10" }, code },
      }),
    });
  for (const [shown, code, isSame] of [
    ["10.0", "", true],
    ["20", "", false],
    ["10", "TEA", false],
  ] as const) {
    const plugin = forged({ offerKinds: { forged_offer: gift(shown, code) } });
    const checked = check("show what the checkout gives", plugin, await pluginShop(plugin));
    if (isSame) await checked;
    else await expect(checked).rejects.toThrow("the offer kind forged_offer shows something else than its discount");
  }
});

test("a handler that fails turns no other sentence of the contract red", async () => {
  const plugin = forged({
    webhooks: { "orders/create": () => Promise.reject(new RangeError("no room for it")) },
    jobs: { nightly: { cron: "0 3 * * *", run: async () => undefined } },
  });
  const it = await pluginShop(plugin, { mayFail: true });
  await plantPeople(it.shop, plugin);
  await expect(check("may hear a webhook twice", plugin, it)).rejects.toThrow("no room for it");
  for (const says of ["its jobs may be cut off", "what another shop hears", "answer in closed shapes"])
    await check(says, plugin, it);
});

test("listeners of survey.answered are told of an answer to each of the plugin's kinds of questions", async () => {
  const heard: unknown[] = [];
  const plugin = forged({
    questionKinds: {
      forged_size: defineQuestionKind({
        label: "a",
        settings: { sizes: field.list("b", { initial: ["S", "M"] }) },
        measure: "shares",
        shape: ({ sizes }) => ({
          shape: "choice",
          multiple: false,
          choices: sizes.map((value) => ({ value, label: value })),
        }),
        check: ([size = ""], { sizes }) =>
          sizes.includes(size)
            ? { ok: true, values: [{ text: size, number: null }] }
            : { ok: false, fault: { key: "forged.no_size" } },
      }),
    },
    events: {
      "survey.answered": async (_context, { customerId, data }) => void heard.push([customerId, data["kind"]]),
    },
  });
  const it = await pluginShop(plugin);
  await plantPeople(it.shop, plugin);
  await check("may be told of an event twice", plugin, it);
  const once = ["text", "forged_size"];
  expect(heard).toEqual([...once, ...once].map((kind) => ["1", kind]));
});

test("a listener of any of the app's events that fails is told", async () => {
  for (const kind of EVENT_KINDS) {
    const plugin = forged({ events: { [kind]: () => Promise.reject(new RangeError(`no room for ${kind}`)) } });
    const it = await pluginShop(plugin, { mayFail: true });
    await plantPeople(it.shop, plugin);
    await expect(check("may be told of an event twice", plugin, it), kind).rejects.toThrow(`no room for ${kind}`);
  }
});
