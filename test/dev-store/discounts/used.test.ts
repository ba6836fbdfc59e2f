import { afterEach, beforeEach, expect, test } from "vitest";
import { startAsking, type Asking } from "../admin-api/ask.ts";
import { placeOrder, type NewOrder } from "../commands/order.ts";

let asking: Asking;
beforeEach(async () => {
  asking = await startAsking();
});
afterEach(() => asking.close());

const ADDRESS = { firstName: "A", lastName: "B", address1: "1 High St", city: "Leicester", provinceCode: null, countryCode: "GB", zip: "LE4 5PJ", phone: null }; // prettier-ignore
const ALLOCATIONS = `discountAllocations {
  allocatedAmountSet { shopMoney { amount } }
  discountApplication {
    index targetType
    ... on AutomaticDiscountApplication { title }
    ... on DiscountCodeApplication { code }
  }
}`;

type Body = Record<string, unknown>;
type Used = { application: number; amount: string; name: unknown; target: unknown };

/** Places an order of two lines. Returns its lines' allocations, the shipping line last, as webhooks and the Admin API say them. */
async function placed(order: Partial<NewOrder>, [first, second]: [string, string]) {
  const line = { title: "Tea", sku: "", price: "10.00", quantity: 1 };
  const lines = [
    { ...line, discount: first },
    { ...line, discount: second },
  ];
  const { id } = placeOrder(asking.store, asking.shop, { lines, shippingAddress: ADDRESS, ...order });
  await asking.settled();
  const sent = asking.received.find(({ headers }) => headers["x-shopify-topic"] === "orders/create")?.json as Body;
  const applications = sent["discount_applications"] as Body[];
  const query = `query($id: ID!) { order(id: $id) {
    lineItems(first: 5) { nodes { ${ALLOCATIONS} } } shippingLines(first: 5) { nodes { ${ALLOCATIONS} } }
  } }`;
  const told = (await asking.read(query, "order", { id: `gid://shopify/Order/${id}` })) as Record<
    "lineItems" | "shippingLines",
    { nodes: { discountAllocations: { allocatedAmountSet: { shopMoney: Body }; discountApplication: Body }[] }[] }
  >;
  const [shipping] = sent["shipping_lines"] as Body[];
  return {
    shipping,
    webhook: [...(sent["line_items"] as Body[]), ...(sent["shipping_lines"] as Body[])].map((one) =>
      (one["discount_allocations"] as Body[]).map(({ amount, discount_application_index: index }): Used => {
        const { title, code, target_type } = applications[Number(index)] ?? {};
        return { application: Number(index), amount: String(amount), name: title ?? code, target: target_type };
      }),
    ),
    api: [...told.lineItems.nodes, ...told.shippingLines.nodes].map(({ discountAllocations }) =>
      discountAllocations.map(({ allocatedAmountSet, discountApplication }): Used => {
        const { index, title, code, targetType } = discountApplication;
        const amount = Number(allocatedAmountSet.shopMoney["amount"]).toFixed(2);
        return { application: Number(index), amount, name: title ?? code, target: String(targetType).toLowerCase() };
      }),
    ),
  };
}

test("an order names every discount that was applied, and what each took off the lines and off the delivery", async () => {
  const { webhook, api, shipping } = await placed(
    {
      shipping: "0.00",
      discounts: [
        {
          code: null,
          title: "Tea days",
          type: "percentage",
          amount: "1.00",
          lines: ["1.00", "0.00"],
          shipping: "0.00",
        },
        { code: null, title: "Ship", type: "shipping", amount: "3.95", lines: ["0.00", "0.00"], shipping: "3.95" },
        { code: null, title: "Ten", type: "percentage", amount: "1.90", lines: ["0.90", "1.00"], shipping: "0.00" },
      ],
    },
    ["1.90", "1.00"],
  );
  const ten = { application: 2, name: "Ten", target: "line_item" };
  expect(webhook).toEqual([
    [
      { application: 0, amount: "1.00", name: "Tea days", target: "line_item" },
      { ...ten, amount: "0.90" },
    ],
    [{ ...ten, amount: "1.00" }],
    [{ application: 1, amount: "3.95", name: "Ship", target: "shipping_line" }],
  ]);
  expect(api).toEqual(webhook);
  expect(shipping).toMatchObject({ price: "3.95", discounted_price: "0.00", title: "Standard" });
});

test("the first code that is not for the delivery took off what is off the lines", async () => {
  const discountCodes = [
    { code: "SHIP", amount: "3.95", type: "shipping" },
    { code: "TEN", amount: "2.00", type: "fixed_amount" },
  ];
  const { webhook, api } = await placed({ discountCodes }, ["2.00", "0.00"]);
  expect(webhook).toEqual([
    [{ application: 1, amount: "2.00", name: "TEN", target: "line_item" }],
    [],
    [{ application: 0, amount: "3.95", name: "SHIP", target: "shipping_line" }],
  ]);
  expect(api).toEqual(webhook);
});
