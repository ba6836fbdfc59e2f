import { expect, test } from "vitest";
import { definePlugin } from "./plugin.ts";
import { assemble } from "./registry.server.ts";

const card = { label: "a.card", place: "home", resolve: async () => null } as const;
const plugin = (name: string, cards = {}) =>
  definePlugin({ name, contract: 1, label: "a.label", description: "a.text", cards });

test("two plugins that claim one name stop the boot, and the message names both plugins and the name", () => {
  const clash = () => assemble([plugin("one", { spend: card }), plugin("two", { spend: card })]);
  expect(clash).toThrow('Plugins "one" and "two" both claim "spend" in cards');
});

test("a plugin's name is lower case and used once", () => {
  expect(() => assemble([plugin("Loyalty")])).toThrow('"Loyalty" cannot be a plugin\'s name');
  expect(() => assemble([plugin("one"), plugin("one")])).toThrow('Two plugins are called "one"');
});

test("a plugin's contribution is found by its name, with its owner", () => {
  expect(assemble([plugin("one", { spend: card }), plugin("two")]).cards).toMatchObject({
    spend: { plugin: "one", it: { label: card.label, place: card.place } },
  });
});

test("two plugins that declare one metafield with two types stop the boot", () => {
  const born = (name: string, type: string) => ({
    ...plugin(name),
    metafields: [{ owner: "customer", namespace: "facts", key: "born", type } as const],
  });
  expect(() => assemble([born("one", "date"), born("two", "single_line_text_field")])).toThrow(
    'Plugins "one" and "two" declare the metafield customer facts.born with two types, date and single_line_text_field',
  );
  expect(assemble([born("one", "date"), born("two", "date")]).plugins).toHaveLength(2);
});
