import { expect, test } from "vitest";
import { sql } from "../../db.server.ts";
import { field } from "../../fields.ts";
import { type Asked, type Context, defineAttribute, defineFunction, defineOfferKind, definePlugin } from "../plugin.ts";

test("a wrong setting, parameter, topic or field of a payload is a type error", () => {
  const settings = {
    enough: field.integer("c", { initial: 2 }),
    wraps: field.toggle("c"),
    wrapping: field.when(
      { wraps: true },
      field.group("c", { colour: field.text("c"), only: field.collections("c", { optional: true }) }),
    ),
  };
  const plugin = definePlugin({
    name: "typed",
    contract: 1,
    label: "a",
    description: "b",
    settings,
    attributes: {
      a: {
        label: "a",
        type: "boolean",
        reads: ["orders"],
        sql: (_moment, { settings }) =>
          sql`${settings.enough.toFixed(1)} ${
            // @ts-expect-error no such setting
            settings.enuff
          }`,
      },
      b: defineAttribute({
        label: "a",
        type: "boolean",
        reads: ["orders"],
        sql: (_moment, { settings: set }: Asked<typeof settings>) => sql`${set.enough.toFixed(1)}`,
      }),
      f: defineFunction({
        label: "a",
        reads: ["orders"],
        params: { town: { label: "b", type: "string" } },
        sql: (given, _moment, { settings: set }: Asked<typeof settings>) =>
          sql`${set.enough.toFixed(1)} ${given("town", sql`x`)} ${
            // @ts-expect-error no such parameter
            given("city", sql`x`)
          }`,
      }),
    },
    webhooks: {
      "orders/create": async ({ settings }, order) => {
        settings.enough.toFixed(1);
        // @ts-expect-error no such setting
        void settings.enuff;
        // @ts-expect-error the setting exists only while its condition is true
        void settings.wrapping.colour;
        settings.wrapping?.colour.trim();
        settings.wrapping?.only.at(0)?.trim();
        // @ts-expect-error no such field of the group
        void settings.wrapping?.shape;
        void order.total_price;
        // @ts-expect-error no such field
        void order.sum;
      },
    },
    offerKinds: {
      k: defineOfferKind({
        label: "a",
        settings: { percent: field.percent("b") },
        resolve: ({ settings: set }: Context<typeof settings>, { percent }) => {
          set.enough.toFixed(1);
          // @ts-expect-error no such setting of the kind
          void percent.nope;
          return { content: { shape: "message", href: null }, discount: null };
        },
      }),
    },
  });
  expect(plugin.contract).toBe(1);
});
