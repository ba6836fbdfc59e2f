// Buy X get Y and free shipping in the Admin API, in Shopify's recorded words.

import { afterEach, beforeEach, expect, test } from "vitest";
import { collectionsOf } from "../collections.ts";
import { startAsking, type Asking } from "./ask.ts";

let asking: Asking;
beforeEach(async () => {
  asking = await startAsking();
});
afterEach(() => asking.close());

type Input = Record<string, unknown>;
const NOUNS = { bxgy: "Bxgy", freeShipping: "FreeShipping" } as const;
const ARGUMENTS = {
  bxgy: { Code: "bxgyCodeDiscount", Automatic: "automaticBxgyDiscount" },
  freeShipping: { Code: "freeShippingCodeDiscount", Automatic: "freeShippingAutomaticDiscount" },
} as const;
type Type = keyof typeof NOUNS;

async function put(type: Type, method: "Code" | "Automatic", input: Input, id?: string) {
  const node = method === "Code" ? "codeDiscountNode" : "automaticDiscountNode";
  const [declared, given] = id === undefined ? ["", ""] : ["$id: ID!, ", "id: $id, "];
  const name = `discount${method}${NOUNS[type]}${id === undefined ? "Create" : "Update"}`;
  const { data, errors } = await asking.ask(
    `mutation Put(${declared}$input: Discount${method}${NOUNS[type]}Input!) {
      put: ${name}(${given}${ARGUMENTS[type][method]}: $input) { node: ${node} { id } userErrors { field message code } } }`,
    { input, ...(id === undefined ? {} : { id }) },
  );
  expect(errors).toBeUndefined();
  return data?.["put"] as { node: { id: string } | null; userErrors: { field: string[]; message: string }[] };
}

const product = (index: number) => `gid://shopify/Product/${asking.products[index]?.id}`;
const of = (index: number) => ({ products: { productsToAdd: [product(index)] } });
const gift = (more: Input = {}): Input => ({
  title: "Gift",
  code: "GIFT",
  startsAt: "2026-01-01T00:00:00Z",
  context: { all: "ALL" },
  customerBuys: { value: { quantity: "2" }, items: of(0) },
  customerGets: { value: { discountOnQuantity: { quantity: "1", effect: { percentage: 1 } } }, items: of(1) },
  ...more,
});
const shipping = (more: Input = {}): Input => ({
  title: "Shipping",
  startsAt: "2026-01-01T00:00:00Z",
  context: { all: "ALL" },
  combinesWith: { orderDiscounts: true },
  minimumRequirement: { subtotal: { greaterThanOrEqualToSubtotal: "50" } },
  destination: { all: true },
  ...more,
});

test("buy X get Y is made, read back and changed", async () => {
  const { node, userErrors } = await put("bxgy", "Code", gift({ usesPerOrderLimit: 1 }));
  expect(userErrors).toEqual([]);
  const read = `query R($id: ID!) { discountNode(id: $id) { discount { __typename ... on DiscountCodeBxgy { summary usesPerOrderLimit discountClasses
    customerBuys { value { __typename ... on DiscountQuantity { quantity } } items { ... on DiscountProducts { products(first: 5) { nodes { id } } } } }
    customerGets { value { ... on DiscountOnQuantity { quantity { quantity } effect { ... on DiscountPercentage { percentage } } } }
      items { ... on DiscountProducts { products(first: 5) { nodes { id } } } ... on DiscountCollections { collections(first: 5) { nodes { id } } } } } } } } }`;
  const id = node?.id ?? "";
  expect(await asking.read(read, "discountNode.discount", { id })).toEqual({
    __typename: "DiscountCodeBxgy",
    summary: "Buy 2 items, get 1 item free",
    usesPerOrderLimit: 1,
    discountClasses: ["PRODUCT"],
    customerBuys: {
      value: { __typename: "DiscountQuantity", quantity: "2" },
      items: { products: { nodes: [{ id: product(0) }] } },
    },
    customerGets: {
      value: { quantity: { quantity: "1" }, effect: { percentage: 1 } },
      items: { products: { nodes: [{ id: product(1) }] } },
    },
  });
  const shelf = `gid://shopify/Collection/${collectionsOf(asking.shop)[0]?.id}`;
  const half = { discountOnQuantity: { quantity: "3", effect: { percentage: 0.5 } } };
  await put("bxgy", "Code", { customerGets: { value: half, items: { collections: { add: [shelf] } } } }, id);
  expect(await asking.read(read, "discountNode.discount", { id })).toMatchObject({
    summary: "Buy 2 items, get 3 items at 50% off",
    customerGets: { items: { collections: { nodes: [{ id: shelf }] } } },
  });
});

test("free shipping is made and read back, and combines with no other shipping discount", async () => {
  const { node } = await put("freeShipping", "Automatic", shipping());
  const read = `query R($id: ID!) { discountNode(id: $id) { discount { ... on DiscountAutomaticFreeShipping { summary discountClasses
    minimumRequirement { ... on DiscountMinimumSubtotal { greaterThanOrEqualToSubtotal { amount } } } destinationSelection { __typename } } } } }`;
  expect(await asking.read(read, "discountNode.discount", { id: node?.id })).toMatchObject({
    summary: "Free shipping on all products • Minimum purchase of £50.00 • For all countries",
    discountClasses: ["SHIPPING"],
    destinationSelection: { __typename: "DiscountCountryAll" },
  });
  const { userErrors } = await put("freeShipping", "Code", shipping({ code: "S", combinesWith: { shippingDiscounts: true } })); // prettier-ignore
  expect(userErrors).toEqual([
    {
      field: ["freeShippingCodeDiscount", "combinesWith"],
      message: "The combinesWith settings are not valid for the discount class.",
      code: "INVALID_COMBINES_WITH_FOR_DISCOUNT_CLASS",
    },
  ]);
});

test.for([
  [
    { customerGets: { value: { percentage: 0.5 }, items: {} } },
    ["Only discountOnQuantity permitted with bxgy discounts.", "Quantity cannot be blank."],
  ],
  [
    {
      customerGets: {
        value: { discountOnQuantity: { quantity: "1", effect: { percentage: 1 } } },
        items: { all: true },
      },
    },
    ["Items in 'customer get' cannot be set to all"],
  ],
  [{ customerBuys: { value: { quantity: "1" }, items: { all: true } } }, ["Items in 'customer buys' must be defined"]],
  [
    { customerBuys: { value: { quantity: "0" } } },
    [
      "Items in 'customer buys' must be defined",
      "Prerequisite to entitlement quantity ratio antecedent must be greater than 0",
    ],
  ],
  [{ usesPerOrderLimit: 0 }, ["Allocation limit cannot be zero"]],
] as [Input, string[]][])("buy X get Y with %o is refused", async ([more, messages]) => {
  const { node, userErrors } = await put("bxgy", "Code", gift(more));
  expect([node, userErrors.map(({ message }) => message)]).toEqual([null, messages]);
});

test("the basic update turns buy X get Y into a basic discount", async () => {
  const { node } = await put("bxgy", "Code", gift());
  await asking.ask(`mutation M($id: ID!) { discountCodeBasicUpdate(id: $id, basicCodeDiscount: { customerGets: { value: { percentage: 0.1 }, items: { all: true } } }) { userErrors { message } } }`, { id: node?.id }); // prettier-ignore
  const read = `query R($id: ID!) { discountNode(id: $id) { discount { __typename ... on DiscountCodeBasic { summary } } } }`;
  expect(await asking.read(read, "discountNode.discount", { id: node?.id })).toEqual({
    __typename: "DiscountCodeBasic",
    summary: "10% off entire order",
  });
});
