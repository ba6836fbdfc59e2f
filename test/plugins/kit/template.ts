// What `npm run plugin -- new NAME` writes: a plugin that keeps a record of each order, with an attribute, a card and a test.

const camel = (name: string) => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
const snake = (name: string) => name.replaceAll("-", "_");
const title = (name: string) => name.charAt(0).toUpperCase() + name.slice(1).replaceAll("-", " ");

type Template = { variable: string; files: Record<string, string> };

export function templateOf(name: string): Template {
  const variable = `${camel(name)}Plugin`;
  const attribute = `${snake(name)}_count`;
  const words = {
    label: title(name),
    description: `What ${title(name)} does, in one sentence.`,
    least: "Orders of at least this amount count",
    attribute: `${title(name)}: how many`,
    card: title(name),
  };
  return {
    variable,
    files: {
      [`app/plugins/${name}/plugin.server.ts`]: pluginOf(name, variable, attribute),
      [`app/plugins/${name}/locales/en.json`]: JSON.stringify(words),
      [`app/plugins/${name}/README.md`]: `# ${title(name)}\n\nWhat it adds, what it keeps, and what it sends where.\n`,
      [`test/plugins/${name}.test.ts`]: testOf(name, variable, attribute),
    },
  };
}

const pluginOf = (name: string, variable: string, attribute: string) => `
import { sql } from "../../db.server.ts";
import { field } from "../../fields.ts";
import { definePlugin } from "../plugin.ts";

export const ${variable} = definePlugin({
  name: "${name}",
  contract: 1,
  label: "${name}.label",
  description: "${name}.description",
  settings: { least: field.money("${name}.least", { initial: "0" }) },
  webhooks: {
    // A webhook may come twice: the record's key makes the handler idempotent.
    "orders/create": async ({ records, settings }, order) => {
      if (!order.customer || Number(order.total_price ?? 0) < Number(settings.least)) return;
      await records("order").put({ key: order.id, customerId: order.customer.id, data: { total: order.total_price } });
    },
  },
  attributes: {
    ${attribute}: {
      label: "${name}.attribute",
      type: "integer",
      reads: ["records:order"],
      sql: () => sql\`(select count(*) from api.records r where r.shop_id = c.shop_id and r.plugin = '${name}'
        and r.kind = 'order' and r.customer_id = c.id)\`,
    },
  },
  cards: {
    ${snake(name)}: {
      label: "${name}.card",
      place: "home",
      async resolve({ shop }) {
        const [row] = await shop.db.tx((tx) =>
          tx.rows<{ count: string }>(sql\`select count(*) from api.records
            where shop_id = \${shop.id} and plugin = '${name}' and kind = 'order'\`),
        );
        return { shape: "figure", value: row?.count ?? "0", unit: "count" };
      },
    },
  },
});
`;

const testOf = (name: string, variable: string, attribute: string) => `
import { expect, test } from "vitest";
import { ${variable} } from "../../app/plugins/${name}/plugin.server.ts";
import { pluginShop } from "./kit/plugin-shop.ts";
import { testPlugin } from "./kit/test-plugin.ts";

testPlugin(${variable});

test("an order counts for its customer", async () => {
  const { send, settle, follow, members } = await pluginShop(${variable});
  await follow("${attribute} = 1");
  await send("orders/create", { id: 1, customer: { id: 7 } });
  await settle();
  expect(await members("${attribute} = 1")).toEqual(["7"]);
});
`;
