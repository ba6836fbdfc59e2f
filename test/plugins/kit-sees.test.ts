// The contract's tests see what they are there for: an attribute that reads more than it says, and one that time alone changes.
import { expect, test } from "vitest";
import { sql } from "../../app/db.server.ts";
import { definePlugin } from "../../app/plugins/plugin.ts";
import { changeFacts, FACTS, plantPeople, valuesOf } from "./kit/facts.ts";
import { pluginShop } from "./kit/plugin-shop.ts";

const sly = definePlugin({
  name: "sly",
  contract: 1,
  label: "sly.label",
  description: "sly.text",
  attributes: {
    /** Changes with each kind of fact, and says one. */
    sly: {
      label: "sly.sly",
      type: "string",
      reads: ["profile"],
      sql: () => sql`concat(c.first_name, c.tags, c.email_subscription_status, c.number_of_orders,
        (select count(*) from api.addresses a where a.shop_id = c.shop_id and a.customer_id = c.id),
        (select count(*) from api.answers a where a.shop_id = c.shop_id and a.customer_id = c.id),
        (select count(*) from api.metafields m where m.shop_id = c.shop_id and m.customer_id = c.id))`,
    },
    sly_age: {
      label: "sly.age",
      type: "integer",
      reads: ["profile"],
      sql: ({ now }) => sql`extract(day from ${now}::timestamptz - c.added_at)::int`,
    },
  },
});

test("each kind of fact that an attribute reads changes its value, and so does a day where time alone does", async () => {
  const { shop, registry } = await pluginShop(sly);
  await plantPeople(shop);
  const { sly: attribute, sly_age: age } = registry.attributes;
  if (!attribute || !age) throw new Error("the attributes are there");
  for (const fact of FACTS) {
    const before = await valuesOf(shop, attribute);
    await changeFacts(shop, fact);
    expect(await valuesOf(shop, attribute), fact).not.toEqual(before);
  }
  const later = new Date(shop.now().getTime() + 86_400_000);
  expect(await valuesOf(shop, age, later)).not.toEqual(await valuesOf(shop, age));
});
