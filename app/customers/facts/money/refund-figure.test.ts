import { expect, test } from "vitest";
import { refundFigure, type OrderMoney, type ReportedRefund } from "./refund-figure.ts";

const icelandic: OrderMoney = {
  currency: "GBP",
  presentmentCurrency: "ISK",
  rates: [{ shop: "100.00", presentment: "17500" }],
};
const plain: OrderMoney = { currency: "GBP", presentmentCurrency: "GBP", rates: [] };
const paid = (amount: string, currency: string | null = "ISK") => ({ amount, currency });
const parts = (shop: string, presentment: string | null, adjusted = "0") => ({ shop, presentment, adjusted });

const refund = (more: Partial<ReportedRefund>): ReportedRefund => ({
  payments: [paid("4400")],
  parts: [],
  currency: null,
  presentmentCurrency: null,
  ...more,
});

type Case = [string, ReportedRefund, OrderMoney | null, string | null, string | null];

test.each<Case>([
  ["the parts, where they are the payment", refund({ parts: [parts("25.14", "4400")] }), icelandic, "25.14", "4400"],
  [
    "the parts, whether taxes are added or included",
    refund({ parts: [parts("30", "5280"), parts("25.14", "4400")] }),
    icelandic,
    "25.14",
    "4400",
  ],
  ["else the order's own rate", refund({ parts: [parts("30", "5280")] }), icelandic, "25.1400", "4400.0000"],
  ["the order's own rate, where there are no parts", refund({}), icelandic, "25.1400", "4400.0000"],
  [
    "a rate that ends nowhere is rounded to the coin",
    refund({ payments: [paid("1000")] }),
    icelandic,
    "5.7100",
    "1000.0000",
  ],
  [
    "the order's own rate, where parts lack the shopper's currency",
    refund({ parts: [parts("30", null)] }),
    icelandic,
    "25.1400",
    "4400.0000",
  ],
  [
    "a payment in the shop's own currency",
    refund({ payments: [paid("5.71", "GBP")] }),
    icelandic,
    "5.7100",
    "999.0000",
  ],
  ["payments of both", refund({ payments: [paid("5.71", "GBP"), paid("1000")] }), icelandic, "11.4200", "1999.0000"],
  ["one currency needs no rate", refund({ payments: [paid("12.34", "GBP")] }), plain, "12.3400", "12.3400"],
  ["a payment that names no currency", refund({ payments: [paid("12.34", null)] }), plain, "12.3400", "12.3400"],
  [
    "a payment without currency that is not the parts' sum: the shopper's currency",
    refund({ payments: [paid("4400", null)] }),
    icelandic,
    "25.1400",
    "4400.0000",
  ],
  ["nothing paid back", refund({ payments: [], parts: [parts("100", "17500")] }), icelandic, "0", "0"],
  [
    "no order yet: its parts",
    refund({ parts: [parts("25.14", "4400")], presentmentCurrency: "ISK" }),
    null,
    "25.14",
    "4400",
  ],
  ["no order yet: the shop's own money", refund({ payments: [paid("9", "GBP")] }), null, "9.0000", "9.0000"],
  ["no order and no rate: not known", refund({}), null, null, null],
  [
    "an order of nothing has no rate",
    refund({}),
    { ...icelandic, rates: [{ shop: "0", presentment: "0" }] },
    null,
    "4400.0000",
  ],
  ["a third currency has none", refund({ payments: [paid("40", "USD")] }), icelandic, null, null],
])("a refund's amount comes from: %s", (_name, copy, order, amount, presentmentAmount) => {
  expect(refundFigure(copy, order, "GBP")).toMatchObject({ amount, presentmentAmount });
});

test("the rate comes from the order's first amount that is above zero in both currencies", () => {
  const free = {
    ...icelandic,
    rates: [
      { shop: "0", presentment: "0" },
      { shop: "10", presentment: "1750" },
    ],
  };
  expect(refundFigure(refund({}), free, "GBP").amount).toBe("25.1400");
});

test("amounts have as many decimal places as the shop's currency: yen none, dinars three, Canadian dollars two", () => {
  const order = (currency: string, shop: string, presentment: string) => ({
    ...{ currency, presentmentCurrency: "USD", rates: [{ shop, presentment }] },
  });
  const amountIn = (money: OrderMoney, amount: string) =>
    refundFigure(refund({ payments: [paid(amount, "USD")] }), money, "GBP").amount;
  expect(amountIn(order("JPY", "15050", "100"), "1.11")).toBe("167.0000");
  expect(amountIn(order("KWD", "0.307", "1"), "1.5")).toBe("0.4610");
  expect(amountIn(order("CAD", "1366.022", "1000"), "1000")).toBe("1366.0200");
});

test("adjustments count only once money was paid back", () => {
  const kept = [parts("80", "80", "20")];
  expect(refundFigure(refund({ payments: [paid("80", "GBP")], parts: kept }), plain, "GBP").adjusted).toBe("20");
  expect(refundFigure(refund({ payments: [], parts: kept }), plain, "GBP").adjusted).toBe("0");
});
