import { afterEach, expect, test } from "vitest";
import { appIdOf } from "../admin-api/app-namespace.ts";
import type { Metafield } from "../model.ts";
import { openVisitor, startToyShop, type ToyShop } from "../toy-shop.ts";

let toy: ToyShop;
afterEach(() => toy.close());

const SCHEMA = (more = ""): string =>
  `{% schema %}{ "name": "Toy", "target": "section", "javascript": "toy.js", "stylesheet": "toy.css", "settings": [{ "type": "text", "id": "heading", "label": "Heading", "default": "Points" }] ${more} }{% endschema %}`;

async function startWithBlock(liquid: string, more: Record<string, string> = {}, schema = SCHEMA()): Promise<ToyShop> {
  const files = {
    "extensions/theme/shopify.extension.toml": 'name = "Toy"\ntype = "theme"\n',
    "extensions/theme/blocks/toy.liquid": `${liquid}${schema}`,
    "extensions/theme/assets/toy.js": "window.toyLoaded = true;",
    "extensions/theme/locales/en.default.json": JSON.stringify({
      points: { one: "{{ count }} point", other: "{{ count }} points" },
      hello: "Hello <b>",
    }),
    "extensions/theme/locales/gu.json": JSON.stringify({ hello: "કેમ છો" }),
    ...more,
  };
  toy = await startToyShop({ files });
  toy.shop.themeBlocks = [{ id: "7", block: "theme/toy", template: "index", settings: {} }];
  return toy;
}

function putMetafield(metafield: Omit<Metafield, "id" | "updatedAt">): void {
  toy.shop.metafields.set(`${metafield.ownerId} ${metafield.namespace} ${metafield.key}`, {
    ...metafield,
    id: "1",
    updatedAt: "",
  });
}

async function homeFor(customerId: string | null, query = ""): Promise<string> {
  const visitor = openVisitor(toy.url);
  if (customerId) await visitor.visit("/account/login", { customer_id: customerId });
  return (await visitor.visit(`/${query}`)).html;
}

test("a block is drawn where it was placed, with its settings, script and style sheet", async () => {
  await startWithBlock("<h3>{{ block.settings.heading }}</h3>");
  const home = await homeFor(null);
  expect(home).toContain('<div id="shopify-block-7" class="shopify-block shopify-app-block"><h3>Points</h3></div>');
  expect(home).toContain('<link rel="stylesheet" href="/cdn/extensions/theme/assets/toy.css">');
  expect(home).toContain('<script src="/cdn/extensions/theme/assets/toy.js" async></script>');
  const script = await fetch(`${toy.url}/cdn/extensions/theme/assets/toy.js`);
  expect(await script.text()).toBe("window.toyLoaded = true;");
  expect((await openVisitor(toy.url).visit("/cart")).html).not.toContain("shopify-block-7");
});

test("a block reads the shopper's and the app's metafields; without a login it reads no shopper's", async () => {
  await startWithBlock(
    `<p>{% if customer %}{{ customer.first_name }} {{ customer.metafields["$app:crm"].keys.value | join: "+" }}{{ customer.metafields.none.keys.value }}{% else %}nobody{% endif %} {{ app.metafields.toy.plan.value.name }}</p>`,
  );
  const appId = appIdOf(toy.store);
  const ownerId = `gid://shopify/Customer/${toy.customer.id}`;
  putMetafield({
    ownerId,
    namespace: `app--${appId}--crm`,
    key: "keys",
    type: "list.single_line_text_field",
    value: '["a","b"]',
  });
  putMetafield({
    ownerId: `gid://shopify/AppInstallation/${toy.shop.installation?.id}`,
    namespace: "toy",
    key: "plan",
    type: "json",
    value: '{"name":"pro"}',
  });
  expect(await homeFor(toy.customer.id)).toContain("<p>Asha a+b pro</p>");
  expect(await homeFor(null)).toContain("<p>nobody pro</p>");
});

test("nothing is escaped unless the block escapes it, and json is safe in a script", async () => {
  await startWithBlock(
    "<i>{{ customer.first_name }}|{{ customer.first_name | escape }}|{{ customer.first_name | json }}</i>",
  );
  toy.customer.firstName = "<b>Zoë</b>";
  expect(await homeFor(toy.customer.id)).toContain(
    '<i><b>Zoë</b>|&lt;b&gt;Zoë&lt;/b&gt;|"\\u003cb\\u003eZoë\\u003c/b\\u003e"</i>',
  );
});

test("a block uses the chosen language, falls back to the default, and has plural forms", async () => {
  await startWithBlock(
    "<p>{{ 'hello' | t }} {{ 'points' | t: count: 1 }} {{ 'points' | t: count: 2 }} {{ 'gone' | t }}</p>",
  );
  expect(await homeFor(null)).toContain("<p>Hello &lt;b&gt; 1 point 2 points Translation missing: en.gone</p>");
  const gujarati = await homeFor(null, "?locale=gu");
  expect(gujarati).toContain("<p>કેમ છો 1 point 2 points");
  expect(gujarati).toContain('<html lang="gu" dir="ltr">');
  expect(await homeFor(null, "?locale=ar")).toContain('<html lang="ar" dir="rtl">');
});

test.each([
  ["{{ 1 | jsonify }}", "undefined filter: jsonify"],
  ["{{ 'x' | no_such }}", "undefined filter: no_such"],
  ["{% include 'x' %}", "app blocks may not use the tag include"],
  ["{% bogus %}", "bogus"],
])("%s is no Liquid of Shopify: the page says so and stands", async (liquid, message) => {
  await startWithBlock(liquid);
  const home = await homeFor(null);
  expect(home).toContain("Liquid error (theme/toy)");
  expect(home).toContain(message);
  expect(home).toContain("Featured products");
});

test("now is the store's time, integers divide to integers, and money is in hundredths", async () => {
  await startWithBlock(
    "<p>{{ 'now' | date: '%Y-%m-%d' }} {{ 7 | divided_by: 2 }} {{ 7 | divided_by: 2.0 }} {{ 1999 | money }}</p>",
  );
  toy.store.clock.advance(400 * 86_400_000);
  const today = toy.store.clock.now().toISOString().slice(0, 10);
  expect(await homeFor(null)).toContain(`<p>${today} 3 3.5 £19.99</p>`);
});

test("a snippet reads its arguments and the global objects, and not the block", async () => {
  await startWithBlock("{% render 'row', label: 'x' %}", {
    "extensions/theme/snippets/row.liquid": "<u>{{ label }}{{ shop.name }}{{ block.id }}</u>",
  });
  expect(await homeFor(null)).toContain("<u>xToy Shop</u>");
});

test("available_if hides a block until the app's metafield is true", async () => {
  await startWithBlock("<p>shown</p>", {}, SCHEMA(', "available_if": "{{ app.metafields.toy.on.value }}"'));
  expect(await homeFor(null)).not.toContain("<p>shown</p>");
  const ownerId = `gid://shopify/AppInstallation/${toy.shop.installation?.id}`;
  putMetafield({ ownerId, namespace: "toy", key: "on", type: "boolean", value: "true" });
  expect(await homeFor(null)).toContain("<p>shown</p>");
});

test("without the app installed none of its blocks is drawn", async () => {
  await startWithBlock("<p>shown</p>");
  expect(await homeFor(null)).toContain("<p>shown</p>");
  toy.shop.installation = null;
  expect(await homeFor(null)).not.toContain("<p>shown</p>");
});
