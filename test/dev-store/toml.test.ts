import { expect, test } from "vitest";
import { toAppConfig } from "./toml.ts";
import { parseToml } from "./toml-parser.ts";

const SOURCE = `# An app
client_id = "abc" # public
name = 'Regulars'
embedded = true
application_url = "https://app.example"

[access_scopes]
scopes = "read_customers, write_customers"
optional_scopes = [ "read_all_orders",
  "read_returns", # two
]

[webhooks]
api_version = "2026-10"

  [[webhooks.subscriptions]]
  topics = ["orders/create", "orders/updated"]
  uri = "/webhooks"
  include_fields = ["id", "updated_at"]

  [[webhooks.subscriptions]]
  compliance_topics = ["shop/redact"]
  uri = "/webhooks"
  name = "law"

[app_proxy]
url = "/proxy"
prefix = "apps"
subpath = "regulars"

[customer.metafields.app.offers]
type = "json"
access.admin = "merchant_read"
capabilities = { admin_filterable = true, note = "say \\"yes\\" \\u0041" }
text = """
two
lines"""
`;

test("shopify.app.toml is read as the app's subscriptions, scopes and proxy", () => {
  const config = toAppConfig(parseToml(SOURCE));
  expect(config).toMatchObject({
    clientId: "abc",
    name: "Regulars",
    scopes: ["read_customers", "write_customers"],
    optionalScopes: ["read_all_orders", "read_returns"],
    apiVersion: "2026-10",
    proxy: { url: "/proxy", prefix: "apps", subpath: "regulars" },
  });
  expect(config.subscriptions).toEqual([
    { topic: "orders/create", uri: "/webhooks", name: null, includeFields: ["id", "updated_at"], filter: null },
    { topic: "orders/updated", uri: "/webhooks", name: null, includeFields: ["id", "updated_at"], filter: null },
    { topic: "shop/redact", uri: "/webhooks", name: "law", includeFields: [], filter: null },
  ]);
  expect(config.toml["customer"]).toEqual({
    metafields: {
      app: {
        offers: {
          type: "json",
          access: { admin: "merchant_read" },
          capabilities: { admin_filterable: true, note: 'say "yes" A' },
          text: "two\nlines",
        },
      },
    },
  });
});

test.each([
  ["a = ", "line 1"],
  ['a = "x', "line 1"],
  ["\n\na = 1 b = 2", "line 3"],
  ["a = 1\na = 2", "set twice"],
  ["[a\n", "expected ]"],
  ["a = 2026-10-01", "unknown value"],
])("a mistake in the file is told with its line: %j", (source, words) => {
  expect(() => parseToml(source)).toThrow(words);
});
