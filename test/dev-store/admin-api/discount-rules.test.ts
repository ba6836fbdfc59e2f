// Refusals of discounts and segments in Shopify's recorded words, and searches that lag behind.

import { afterEach, beforeEach, expect, test } from "vitest";
import { priceCart } from "../discounts/price-cart.ts";
import { setFaults } from "../faults.ts";
import { isInSegment } from "../segments/members.ts";
import { startAsking, type Asking, type Reply } from "./ask.ts";

let asking: Asking;
beforeEach(async () => {
  asking = await startAsking();
});
afterEach(() => asking.close());

type Input = Record<string, unknown>;
const ROOTS = {
  code: ["DiscountCodeBasicInput", "basicCodeDiscount", "codeDiscountNode"],
  automatic: ["DiscountAutomaticBasicInput", "automaticBasicDiscount", "automaticDiscountNode"],
} as const;
type Method = keyof typeof ROOTS;
const nounOf = (method: Method) => (method === "code" ? "Code" : "Automatic");

const base = (more: Input = {}): Input => ({
  title: "Tea time",
  startsAt: "2026-01-01T00:00:00Z",
  context: { all: "ALL" },
  customerGets: { value: { percentage: 0.1 }, items: { all: true } },
  ...more,
});

async function put(method: Method, input: Input, id?: string): Promise<Reply> {
  const [type, argument, node] = ROOTS[method];
  const name = `discount${nounOf(method)}Basic${id === undefined ? "Create" : "Update"}`;
  const [declared, given] = id === undefined ? ["", ""] : ["$id: ID!, ", "id: $id, "];
  return asking.ask(
    `mutation Put(${declared}$input: ${type}!) { put: ${name}(${given}${argument}: $input) { ${node} { id } userErrors { field message code } } }`,
    { input, ...(id === undefined ? {} : { id }) },
  );
}

const errorsOf = ({ data }: Reply): unknown => (data?.["put"] as { userErrors: unknown } | null)?.userErrors;
const gets = (value: Input): Input => ({ customerGets: { value, items: { all: true } } });

async function made(method: Method, more: Input = {}): Promise<string> {
  const reply = await put(method, base(method === "code" ? { code: "TEA", ...more } : more));
  expect(errorsOf(reply)).toEqual([]);
  return String(Reflect.get(Object(Reflect.get(Object(reply.data?.["put"]), ROOTS[method][2])), "id"));
}

test("the title of an automatic discount must be unique, also among scheduled and ended discounts, on creation and on update", async () => {
  const taken = [
    {
      field: ["automaticBasicDiscount", "title"],
      message: "Title must be unique for automatic discount.",
      code: null,
    },
  ];
  await made("automatic", { startsAt: "2099-01-01T00:00:00Z" });
  await made("automatic", { title: "Over", endsAt: "2026-01-02T00:00:00Z" });
  expect(errorsOf(await put("automatic", base()))).toEqual(taken);
  expect(errorsOf(await put("automatic", base({ title: " tea TIME" })))).toEqual(taken);
  expect(errorsOf(await put("automatic", base({ title: "Over" })))).toEqual(taken);
  const other = await made("automatic", { title: "Coffee" });
  expect(errorsOf(await put("automatic", base(), other))).toEqual(taken);
  expect(errorsOf(await put("automatic", base({ title: "Coffee" }), other))).toEqual([]);
  await made("code");
  asking.store.switches.automaticTitlesAlways = false;
  expect(errorsOf(await put("automatic", base(), other))).toEqual([]);
  expect(errorsOf(await put("automatic", base()))).toMatchObject([{ code: "TAKEN" }]);
});

test("an update of an unknown discount, and of the code of a discount with many codes, is refused without a code", async () => {
  const unknown = [{ field: ["id"], message: "Discount does not exist", code: null }];
  expect(errorsOf(await put("code", base(), "gid://shopify/DiscountCodeNode/9"))).toEqual(unknown);
  const automatic = await made("automatic");
  expect(errorsOf(await put("code", base(), automatic))).toEqual(unknown);
  const bulk = await made("code");
  for (const one of asking.shop.discounts.values()) if (one.method === "code") one.codes.push("TEA-2", "TEA-3");
  expect(errorsOf(await put("code", base({ code: "TEA" }), bulk))).toEqual([
    { field: ["id"], message: "Cannot update the code of a bulk discount.", code: null },
  ]);
  expect(errorsOf(await put("code", base(), bulk))).toEqual([]);
});

test.for([
  [
    "A discount can only have one of percentage, discountOnQuantity or discountAmount.",
    gets({ percentage: 0.1, discountAmount: { amount: "5.00" } }),
  ],
  [
    "A customer id is present in `add` and `remove` fields",
    { context: { customers: { add: ["gid://shopify/Customer/1"], remove: ["gid://shopify/Customer/1"] } } },
  ],
  [
    "The same Product id is present in both 'add' and 'remove' fields",
    {
      customerGets: {
        value: { percentage: 0.1 },
        items: {
          products: { productsToAdd: ["gid://shopify/Product/1"], productsToRemove: ["gid://shopify/Product/1"] },
        },
      },
    },
  ],
  [
    "A discount cannot have customerSelection set to all, when customers or customerSavedSearches is specified.",
    { context: null, customerSelection: { all: true, customers: { add: ["gid://shopify/Customer/1"] } } },
  ],
] as [string, Input][])("an input that contradicts itself is refused at the top: %s", async ([message, more]) => {
  const reply = await put("code", base({ code: "TEA", ...more }));
  expect(reply.data).toEqual({ put: null });
  expect(reply.errors).toMatchObject([{ message, path: ["put"], extensions: { code: "BAD_REQUEST" } }]);
});

test.for([
  ["automatic", { percentage: 0 }, "VALUE_OUTSIDE_RANGE", "Value must be between 0.0 and 1.0"],
  ["automatic", { discountAmount: { amount: "0.00" } }, "GREATER_THAN", "Value must be less than 0"],
  ["automatic", { discountAmount: { amount: "-1" } }, "GREATER_THAN", "Value must be less than 0"],
  ["code", { discountAmount: { amount: "-1" } }, "LESS_THAN_OR_EQUAL_TO", "Value must be less than or equal to 0"],
  [
    "code",
    { discountAmount: { amount: "9".repeat(30) } },
    "LESS_THAN",
    "Value must be greater than -1000000000000000000",
  ],
] as [Method, Input, string, string][])(
  "a value out of bounds is refused: %s %o",
  async ([method, value, code, message]) => {
    const reply = await put(method, base({ ...(method === "code" ? { code: "TEA" } : {}), ...gets(value) }));
    expect(errorsOf(reply)).toMatchObject([{ code, message }]);
  },
);

test("a code discount may give nothing, and its code must not be blank", async () => {
  await made("code", gets({ discountAmount: { amount: "0.00" } }));
  await made("code", { code: "ZERO", ...gets({ percentage: 0 }) });
  expect(errorsOf(await put("code", base({ code: "" })))).toMatchObject([{ code: "TOO_SHORT" }]);
  expect(errorsOf(await put("code", base()))).toMatchObject([{ code: "BLANK" }]);
});

test("two minimum requirements contradict each other, and enormous ones are refused", async () => {
  const minimum = (quantity?: string, subtotal?: string) => ({
    minimumRequirement: {
      ...(quantity === undefined ? {} : { quantity: { greaterThanOrEqualToQuantity: quantity } }),
      ...(subtotal === undefined ? {} : { subtotal: { greaterThanOrEqualToSubtotal: subtotal } }),
    },
  });
  const codes = async (more: Input) => errorsOf(await put("automatic", base(more)));
  expect(await codes(minimum("2", "10.00"))).toMatchObject([
    { code: "CONFLICT", message: "Minimum subtotal cannot be defined when minimum quantity is." },
    { code: "CONFLICT", message: "Minimum quantity cannot be defined when minimum subtotal is." },
  ]);
  expect(await codes(minimum("2147483647"))).toMatchObject([{ code: "LESS_THAN" }]);
  expect(await codes(minimum(undefined, "1000000000000000000"))).toMatchObject([{ code: "LESS_THAN" }]);
});

test("an amount on each item is subtracted from each unit and read back", async () => {
  const { store, shop } = asking;
  const [product] = asking.products;
  const items = { products: { productsToAdd: [`gid://shopify/Product/${product?.id}`] } };
  const id = await made("automatic", {
    customerGets: { value: { discountAmount: { amount: "2.00", appliesOnEachItem: true } }, items },
  });
  const line = { productId: product?.id ?? "", variantId: null, price: "6.20" };
  expect(priceCart(store, shop, { lines: [{ ...line, quantity: 3 }], customerId: null, codes: [] }).total).toBe(
    "12.60",
  );
  const read = `query R($id: ID!) { discountNode(id: $id) { discount { ... on DiscountAutomaticBasic { customerGets { value { ... on DiscountAmount { appliesOnEachItem } } } } } } }`;
  expect(await asking.read(read, "discountNode.discount.customerGets.value.appliesOnEachItem", { id })).toBe(true);
});

test("a customer who does not exist is refused in userErrors or at the top of the answer, as a switch says", async () => {
  const more = { context: { customers: { add: ["gid://shopify/Customer/404"] } } };
  expect(errorsOf(await put("automatic", base(more)))).toMatchObject([
    { message: "Customer with id: 404 is invalid", code: "INVALID" },
  ]);
  asking.store.switches.goneCustomerAtTop = true;
  expect((await put("automatic", base(more))).errors).toMatchObject([{ extensions: { code: "RESOURCE_NOT_FOUND" } }]);
});

test("an id of another type is an invalid id", async () => {
  const invalid = [{ message: "invalid id", extensions: { code: "RESOURCE_NOT_FOUND" } }];
  const id = "gid://shopify/Order/1";
  for (const root of ['segmentUpdate(id: $id, name: "x")', "segmentDelete(id: $id)"])
    expect(
      (await asking.ask(`mutation M($id: ID!) { ${root} { userErrors { message } } }`, { id })).errors,
    ).toMatchObject(invalid);
  expect((await asking.ask(`query S($id: ID!) { segment(id: $id) { id } }`, { id })).errors).toMatchObject(invalid);
  expect((await put("code", base(), id)).errors).toMatchObject(invalid);
  const segment = { context: { customers: { add: ["gid://shopify/Segment/1"] } } };
  expect((await put("automatic", base(segment))).errors).toMatchObject(invalid);
});

const CREATE_SEGMENT = `mutation C($name: String!, $query: String!) { segmentCreate(name: $name, query: $query) { segment { id name } userErrors { message } } }`;
const newSegment = async (name: string, query = "number_of_orders >= 1") =>
  (await asking.read(CREATE_SEGMENT, "segmentCreate", { name, query })) as {
    segment: { id: string; name: string } | null;
  };

test("a segment's name is measured without surrounding spaces, and a taken name gets a number", async () => {
  expect((await newSegment(`${" ".repeat(260)}Regulars `)).segment?.name).toBe("Regulars");
  expect((await newSegment("x".repeat(256))).segment).toBeNull();
  const names = [];
  for (const name of ["Foo", "Foo", "Bar (1)", "Bar (1)", "Baz (0)", "Baz (0)"]) names.push((await newSegment(name)).segment?.name); // prettier-ignore
  expect(names).toEqual(["Foo", "Foo (2)", "Bar (1)", "Bar (2)", "Baz (0)", "Baz (1)"]);
});

test("a segment's name is refused if ten numbers of it are taken", async () => {
  const last = [];
  for (let time = 1; time <= 12; time += 1) last.push(await newSegment("Tea"));
  expect(last[10]).toMatchObject({ segment: { name: "Tea (11)" } });
  expect(last[11]).toEqual({ segment: null, userErrors: [{ message: "Name has already been taken" }] });
});

test("a search finds new and changed objects after the lag, and a list lags too unless a switch says no", async () => {
  const { store } = asking;
  store.lag.search = 60_000;
  const find = (query: string | null) =>
    asking.read(`query F($query: String) { discountNodes(first: 9, query: $query) { nodes { id } } }`, "discountNodes.nodes", { query }); // prettier-ignore
  const id = await made("automatic", { tags: ["ours"] });
  expect([await find("tag:ours"), await find(null)]).toEqual([[], []]);
  store.switches.listsLag = false;
  expect([await find("tag:ours"), await find(null)]).toEqual([[], [{ id }]]);
  expect(await asking.read(`query R($id: ID!) { discountNode(id: $id) { id } }`, "discountNode.id", { id })).toBe(id);
  store.clock.advance(60_000);
  expect(await find("tag:ours")).toEqual([{ id }]);
  await put("automatic", base({ tags: ["theirs"] }), id);
  expect([await find("tag:ours"), await find("tag:theirs")]).toEqual([[{ id }], []]);
  store.clock.advance(60_000);
  expect([await find("tag:ours"), await find("tag:theirs")]).toEqual([[], [{ id }]]);
});

test("a native segment follows its customers' metafields after the lag, and a new segment is empty at first", async () => {
  const { store, shop, customer } = asking;
  await asking.ask(`mutation { metafieldDefinitionCreate(definition: { ownerType: CUSTOMER, namespace: "club", key: "tier", name: "Tier",
    type: "single_line_text_field", capabilities: { adminFilterable: { enabled: true } } }) { userErrors { message } } }`);
  store.lag.segments = 60_000;
  const { segment } = await newSegment("Gold", "metafields.club.tier = 'gold'");
  const number = segment?.id.split("/").at(-1) ?? "";
  const tier = (value: string) =>
    asking.ask(`mutation T($value: String!) { metafieldsSet(metafields: [{ ownerId: "gid://shopify/Customer/${customer.id}", namespace: "club", key: "tier", value: $value }]) { userErrors { message } } }`, { value }); // prettier-ignore
  const is = () => isInSegment(store, shop, customer.id, number);
  await tier("gold");
  expect(is()).toBe(false);
  store.clock.advance(60_001);
  expect(is()).toBe(true);
  await tier("silver");
  expect(is()).toBe(true);
  store.clock.advance(60_001);
  expect(is()).toBe(false);
});

test("an answer can be lost after the work was done", async () => {
  setFaults(asking.store, "admin", [{ kind: "lost", share: 1, milliseconds: 0, operation: "Put" }]);
  await expect(put("automatic", base())).rejects.toThrow();
  expect(asking.shop.discounts.size).toBe(1);
  expect(await asking.read(`query R { discountNodes(first: 1) { nodes { id } } }`, "discountNodes.nodes")).toHaveLength(
    1,
  );
});
