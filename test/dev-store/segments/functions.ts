// The functions of the segment language: whether, how often and when a customer did something.

import { ordersOf } from "../history.ts";
import type { Customer, LineItem, Order, ShopState } from "../model.ts";
import { toMillionths } from "../money.ts";
import type { Parameter, Test } from "./ast.ts";
import { compileDateTest, type Calendar } from "./dates.ts";
import { scaled } from "./facts.ts";

type NumberTest = (test: Test, read: (text: string) => bigint) => (value: bigint) => boolean;
type Member = (customer: Customer) => boolean;

/** A parameter that is left out restricts nothing. */
export function compileFunction(
  shop: ShopState,
  name: string,
  parameters: Parameter[],
  calendar: Calendar,
  numberTest: NumberTest,
): Member {
  const tests = new Tests(parameters, calendar, numberTest);
  if (name === "orders_placed") return ordersPlaced(shop, tests);
  if (name === "products_purchased") return productsPurchased(shop, tests);
  // This store has no mails, storefront visits, store credit or distances, so no customer matches.
  return () => false;
}

class Tests {
  private readonly parameters: Map<string, Test>;
  private readonly calendar: Calendar;
  private readonly numberTest: NumberTest;

  constructor(parameters: Parameter[], calendar: Calendar, numberTest: NumberTest) {
    this.parameters = new Map(parameters.flatMap((one) => (one.kind === "test" ? [[one.name, one.test]] : [])));
    this.calendar = calendar;
    this.numberTest = numberTest;
  }

  number(name: string): (value: bigint) => boolean {
    const test = this.parameters.get(name);
    return test === undefined ? () => true : this.numberTest(test, BigInt);
  }

  money(name: string): (millionths: number) => boolean {
    const test = this.parameters.get(name);
    if (test === undefined) return () => true;
    const compare = this.numberTest(test, scaled);
    return (millionths) => compare(BigInt(millionths));
  }

  /** Without an id only `!=` and NOT IN match. */
  id(name: string): (id: string | null) => boolean {
    const test = this.parameters.get(name);
    if (test === undefined) return () => true;
    const compare = this.numberTest(test, BigInt);
    const keepsNull = (test.kind === "compare" && test.comparator === "!=") || (test.kind === "in" && test.negated);
    return (id) => (id === null ? keepsNull : compare(BigInt(id)));
  }

  date(name: string): (iso: string) => boolean {
    const test = this.parameters.get(name);
    if (test === undefined) return () => true;
    const compare = compileDateTest(test, this.calendar);
    return (iso) => compare(Date.parse(iso));
  }

  /** Compares a text with a list of texts, such as a product's tags. */
  text(name: string): (texts: string[]) => boolean {
    const test = this.parameters.get(name);
    if (test === undefined) return () => true;
    const values = test.kind === "in" ? test.values : test.kind === "compare" ? [test.value] : [];
    const wanted = values.map((value) => (value.kind === "string" ? value.string : value.text));
    const negated = test.kind === "in" ? test.negated : test.kind === "compare" && test.comparator === "!=";
    return (texts) => texts.some((text) => wanted.includes(text)) !== negated;
  }
}

function ordersPlaced(shop: ShopState, tests: Tests): Member {
  const date = tests.date("date");
  const amount = tests.money("amount");
  const location = tests.id("location_id");
  const app = tests.id("app_id");
  const count = tests.number("count");
  const sum = tests.money("sum_amount");
  return (customer) => {
    const orders = ordersOf(shop, customer.id).filter(
      (order) =>
        date(order.processedAt) && amount(toMillionths(order.total)) && location(order.locationId) && app(order.appId),
    );
    const total = orders.reduce((all, order) => all + toMillionths(order.total), 0);
    return orders.length > 0 && count(BigInt(orders.length)) && sum(total);
  };
}

/** Refunded units count as bought. Units that an edit removed do not. */
const kept = (line: LineItem): number => line.quantity - (line.removed ?? 0);

function productsPurchased(shop: ShopState, tests: Tests): Member {
  const date = tests.date("date");
  const id = tests.id("id");
  const tag = tests.text("tag");
  const category = tests.text("category");
  const quantity = tests.number("quantity");
  const count = tests.number("count");
  const sum = tests.number("sum_quantity");
  const fits = (line: LineItem): boolean => {
    const product = line.productId === null ? undefined : shop.products.get(line.productId);
    return (
      id(line.productId) &&
      tag(product?.tags ?? []) &&
      category(product === undefined ? [] : [product.productType]) &&
      kept(line) > 0 &&
      quantity(BigInt(kept(line)))
    );
  };
  return (customer) => {
    const bought = ordersOf(shop, customer.id)
      .filter((order: Order) => date(order.processedAt))
      .map((order) => order.lineItems.filter(fits))
      .filter((lines) => lines.length > 0);
    const units = bought.flat().reduce((all, line) => all + kept(line), 0);
    return bought.length > 0 && count(BigInt(bought.length)) && sum(BigInt(units));
  };
}
