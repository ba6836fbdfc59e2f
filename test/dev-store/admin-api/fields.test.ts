import { getNamedType, isCompositeType, isObjectType, type GraphQLObjectType } from "graphql";
import { expect, test } from "vitest";
import { generateShop } from "../generator/generate.ts";
import { startAsking } from "./ask.ts";
import { allFields } from "./resolvers.ts";
import { adminSchema } from "./schema.ts";

function typeOf(name: string): GraphQLObjectType {
  const type = adminSchema().schema.getType(name);
  if (!isObjectType(type)) throw new Error(`${name} is no object of the schema.`);
  return type;
}

/** All fields with a resolver, three levels deep. Of other objects only the type. */
function selectionOf(type: GraphQLObjectType, depth: number): string {
  const known = allFields[type.name] ?? {};
  const parts = Object.values(type.getFields()).flatMap((field) => {
    const connection = /^(nodes|edges|node|pageInfo)$/.test(field.name);
    if (known[field.name] === undefined && !connection) return [];
    const required = field.args.filter((one) => String(one.type).endsWith("!"));
    if (required.length > 0) return field.name === "metafield" ? ['metafield(namespace: "a", key: "b") { id }'] : [];
    const named = getNamedType(field.type);
    const pages = field.args.some((one) => one.name === "first") ? "(first: 3)" : "";
    if (!isCompositeType(named)) return [`${field.name}${pages}`];
    if (!isObjectType(named) || depth === 0) return [`${field.name}${pages} { __typename }`];
    if (named.name.endsWith("Connection")) {
      const node = getNamedType(named.getFields()["nodes"]?.type ?? named);
      const inner = isObjectType(node) && depth > 1 ? selectionOf(node, depth - 2) : "__typename";
      return [`${field.name}${pages} { nodes { ${inner} } pageInfo { hasNextPage } }`];
    }
    return [`${field.name}${pages} { ${selectionOf(named, depth - 1)} }`];
  });
  return ["__typename", ...parts].join(" ");
}

test("every field that the store answers has the schema's type", async () => {
  const asking = await startAsking();
  generateShop(asking.store, asking.shop, { customers: 60 });
  await asking.ask(
    `mutation { segmentCreate(name: "Buyers", query: "number_of_orders > 0") { userErrors { message } } }`,
  );
  const problems: string[] = [];
  const ask = async (query: string): Promise<void> => {
    const reply = await asking.ask(query);
    // Fields of other scopes are denied, which does not matter here.
    const errors = (reply.errors ?? []).filter((error) => error.extensions?.["code"] !== "ACCESS_DENIED");
    for (const error of errors) problems.push(`${error.message} at ${JSON.stringify(error.path)}`);
    asking.store.clock.advance(20_000);
  };
  const lists: [string, string][] = [
    ["customers", "Customer"],
    ["orders", "Order"],
    ["products", "Product"],
    ["segments", "Segment"],
    ["discountNodes", "DiscountNode"],
  ];
  for (const [root, type] of lists) await ask(`{ ${root}(first: 4) { nodes { ${selectionOf(typeOf(type), 2)} } } }`);
  await ask(`{ shop { ${selectionOf(typeOf("Shop"), 1)} } }`);
  await ask(`{ currentAppInstallation { ${selectionOf(typeOf("AppInstallation"), 2)} } }`);
  const refunded = [...asking.shop.orders.values()].find((order) => order.refunds.length > 0);
  await ask(
    `{ order(id: "gid://shopify/Order/${refunded?.id ?? "0"}") { refunds { ${selectionOf(typeOf("Refund"), 3)} } } }`,
  );
  const member = selectionOf(typeOf("CustomerSegmentMember"), 1);
  await ask(`{ customerSegmentMembers(first: 5, query: "number_of_orders > 0") {
    totalCount edges { node { ${member} } } statistics { attributeStatistics(attributeName: "amount_spent") { sum } } } }`);
  await ask(`{ segmentFilters(first: 50) { nodes { queryName localizedName multiValue ... on SegmentEventFilter {
    returnValueType parameters { queryName parameterType optional } } } } }`);
  await asking.close();
  expect(problems).toEqual([]);
}, 60_000);
