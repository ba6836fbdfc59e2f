import { expect, test } from "vitest";
import { countryCode } from "./country.ts";
import { instant } from "./feed.ts";
import { readHistory } from "./history.ts";
import type { Row } from "./log.ts";
import { domainOf } from "./replay.ts";

const row = (text: string): Row => {
  const [
    invoice = "",
    stockCode = "",
    quantity = "0",
    at = "",
    unitPrice = "0",
    customer = "",
    country = "United Kingdom",
  ] = text.split(" | ");
  return {
    invoice,
    stockCode,
    description: `${stockCode} thing`,
    quantity: Number(quantity),
    at,
    unitPrice,
    customerId: customer || null,
    country,
  };
};

const history = (...lines: string[]) => readHistory(lines.map(row));
const refunds = async (...lines: string[]) =>
  (await history(...lines)).steps.flatMap((step) => (step.kind === "refund" ? [step.refund] : []));

test("an invoice with something bought is an order at the time of its first kept row; other rows are left out and counted", async () => {
  const { steps, counts } = await history(
    "1 | A | -2 | 2011-01-01 10:00:00 | 1.00 | 7",
    "1 | A | 2 | 2011-01-01 10:01:00 | 1.50 | 7",
    "1 | A | 3 | 2011-01-01 10:01:00 | 1.50 | 7",
    "2 | B | 0 | 2011-01-02 10:00:00 | 1.00 | 8",
  );
  expect(steps).toEqual([
    {
      kind: "order",
      order: {
        invoice: "1",
        customerId: "7",
        at: "2011-01-01 10:01:00",
        lines: [
          { productId: "1", quantity: 2, price: "1.50" },
          { productId: "1", quantity: 3, price: "1.50" },
        ],
      },
    },
  ]);
  expect(counts).toMatchObject({ rows: 4, leftOut: 2 });
});

test("product i is the i-th new stock code over all rows, case and returns included", async () => {
  const { products } = await history(
    "C1 | z | -1 | 2011-01-01 10:00:00 | 1.00 | ",
    "2 | a | 1 | 2011-01-02 10:00:00 | 1.00 | ",
    "2 | A | 1 | 2011-01-02 10:00:00 | 1.00 | ",
    "2 | a | 1 | 2011-01-02 10:00:00 | 1.00 | ",
  );
  expect(products.map(({ id, stockCode }) => [id, stockCode])).toEqual([
    ["1", "z"],
    ["2", "a"],
    ["3", "A"],
  ]);
});

test("each customer number is a customer with all countries of its rows, even if all its rows are returns", async () => {
  const { customers, steps, counts } = await history(
    "C1 | A | -1 | 2011-01-01 10:00:00 | 1.00 | 7 | EIRE",
    "C1 | A | -1 | 2011-01-01 10:00:00 | 1.00 | 7 | RSA",
  );
  expect([...(customers.get("7")?.countries ?? [])].map(countryCode)).toEqual(["IE", "ZA"]);
  expect(steps).toEqual([]);
  expect(counts.unmatched).toBe(2);
});

test("a negative price is sent as 0 and counted", async () => {
  const { steps, counts } = await history("A1 | B | 1 | 2011-01-01 10:00:00 | -11062.06 | ");
  expect(steps[0]).toMatchObject({ order: { lines: [{ price: "0" }] } });
  expect(counts.negativePrices).toBe(1);
});

test("a return goes to the latest earlier order that still has as much of it, each row by itself", async () => {
  const bought = ["1 | A | 5 | 2011-01-01 10:00:00 | 2.00 | 7", "2 | A | 2 | 2011-02-01 10:00:00 | 2.00 | 7"];
  const given = await refunds(
    ...bought,
    "C3 | A | -2 | 2011-03-01 10:00:00 | 1.95 | 7",
    "C3 | A | -3 | 2011-03-01 10:00:00 | 2.00 | 7",
    "C4 | A | -3 | 2011-03-02 10:00:00 | 2.00 | 7",
  );
  expect(given.map(({ order, lines }) => [order.invoice, lines])).toEqual([
    ["2", [{ line: 0, quantity: 2, amount: "3.90" }]],
    ["1", [{ line: 0, quantity: 3, amount: "6.00" }]],
  ]);
  const { counts } = await history(
    ...bought,
    "C3 | A | -1 | 2010-12-01 10:00:00 | 2.00 | 7",
    "C4 | A | -1 | 2011-03-01 10:00:00 | 2.00 | ",
  );
  expect(counts.unmatched).toBe(2);
});

test("one return is one refund per order, spread over the order's lines", async () => {
  const given = await refunds(
    "1 | A | 1 | 2011-01-01 10:00:00 | 2.00 | 7",
    "1 | A | 2 | 2011-01-01 10:00:00 | 2.00 | 7",
    "1 | B | 1 | 2011-01-01 10:00:00 | 9.00 | 7",
    "C2 | A | -3 | 2011-01-02 10:00:00 | 2.00 | 7",
    "C2 | B | -1 | 2011-01-02 10:00:00 | 9.00 | 7",
  );
  expect(given).toHaveLength(1);
  expect(given[0]?.lines).toEqual([
    { line: 0, quantity: 1, amount: "2.00" },
    { line: 1, quantity: 2, amount: "4.00" },
    { line: 2, quantity: 1, amount: "9.00" },
  ]);
});

test("wall-clock time is read in the shop's zone, in summer too", () => {
  expect(instant("2010-12-01 08:26:00", "Europe/London")).toBe("2010-12-01T08:26:00.000Z");
  expect(instant("2011-07-01 00:30:00", "Europe/London")).toBe("2011-06-30T23:30:00.000Z");
});

test("a country name has its ISO code, and a name that is not a country has no code", () => {
  const names = [
    "EIRE",
    "RSA",
    "USA",
    "Channel Islands",
    "Unspecified",
    "European Community",
    "Germany",
    "Saudi Arabia",
  ];
  expect(names.map(countryCode)).toEqual(["IE", "ZA", "US", "JE", null, null, "DE", "SA"]);
});

test("the rows of an unknown country name are counted", async () => {
  const { counts } = await history(
    "1 | A | 1 | 2011-01-01 10:00:00 | 2.00 | 7 | Atlantis",
    "2 | A | 1 | 2011-01-01 10:00:00 | 2.00 | 7 | Atlantis",
    "3 | A | 1 | 2011-01-01 10:00:00 | 2.00 | 7 | Unspecified",
  );
  expect([...counts.unknownCountries]).toEqual([["Atlantis", 2]]);
});

test("the shop's domain is the file's name before its first dot", () => {
  expect(domainOf("/a/online_retail.csv.gz")).toBe("online-retail.myshopify.com");
});
