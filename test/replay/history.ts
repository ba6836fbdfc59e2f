// Reads the rows of a log as a store's history: products, customers, orders and refunds, each in the log's order.
import { toAmount, toMillionths } from "../dev-store/money.ts";
import { isKnownCountry } from "./country.ts";
import type { Row } from "./log.ts";

export type Line = { productId: string; quantity: number; price: string };
export type LogOrder = { invoice: string; customerId: string | null; at: string; lines: Line[] };
/** `line`: the index of the order's line. */
export type RefundLine = { line: number; quantity: number; amount: string };
export type LogRefund = { invoice: string; order: LogOrder; at: string; lines: RefundLine[] };
export type Step = { kind: "order"; order: LogOrder } | { kind: "refund"; refund: LogRefund };

/** `since`: the time of the customer's first row. `countries`: of all the customer's rows. */
export type LogCustomer = { since: string; countries: Set<string> };

export type Counts = {
  rows: number;
  leftOut: number;
  negativePrices: number;
  unmatched: number;
  /** The number of rows by country name, for names without an entry in country.ts. */
  unknownCountries: Map<string, number>;
};

export type History = {
  /** Product i is the i-th new stock code. The title is the product's first description that is not empty. */
  products: { id: string; stockCode: string; title: string }[];
  customers: Map<string, LogCustomer>;
  steps: Step[];
  counts: Counts;
};

type Open = { order: LogOrder; left: number[] };

const isReturn = (row: Row) => row.invoice.startsWith("C");

export async function readHistory(rows: AsyncIterable<Row> | Iterable<Row>): Promise<History> {
  const products = new Map<string, History["products"][number]>();
  const customers = new Map<string, LogCustomer>();
  const invoices = new Map<string, Row[]>();
  const unknownCountries: Counts["unknownCountries"] = new Map();
  let count = 0;
  for await (const row of rows) {
    count += 1;
    const product = products.get(row.stockCode) ?? {
      id: String(products.size + 1),
      stockCode: row.stockCode,
      title: "",
    };
    product.title ||= row.description;
    products.set(row.stockCode, product);
    if (row.customerId) noteCustomer(customers, row.customerId, row);
    if (!isKnownCountry(row.country)) unknownCountries.set(row.country, (unknownCountries.get(row.country) ?? 0) + 1);
    const invoice = invoices.get(row.invoice);
    if (invoice) invoice.push(row);
    else invoices.set(row.invoice, [row]);
  }
  const idOf = (row: Row) => products.get(row.stockCode)?.id ?? "";
  const counts: Counts = { rows: count, leftOut: 0, negativePrices: 0, unmatched: 0, unknownCountries };
  const steps = readSteps([...invoices.values()], idOf, counts);
  return { products: [...products.values()], customers, steps, counts };
}

function noteCustomer(customers: Map<string, LogCustomer>, id: string, { at, country }: Row): void {
  const known = customers.get(id) ?? { since: at, countries: new Set() };
  if (at < known.since) known.since = at;
  known.countries.add(country);
  customers.set(id, known);
}

function readSteps(invoices: Row[][], idOf: (row: Row) => string, counts: Counts): Step[] {
  const timed = invoices
    .map((rows) => ({ rows, at: (rows.find((row) => row.quantity > 0) ?? rows[0])?.at ?? "" }))
    .sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
  const bought = new Map<string, Open[]>();
  const steps: Step[] = [];
  for (const { rows } of timed) {
    const [first] = rows;
    if (!first) continue;
    if (isReturn(first)) {
      for (const refund of readReturn(rows, bought, idOf, counts)) steps.push({ kind: "refund", refund });
      continue;
    }
    const order = readOrder(rows, idOf, counts);
    if (!order) continue;
    steps.push({ kind: "order", order });
    if (order.customerId) {
      const open = { order, left: order.lines.map(({ quantity }) => quantity) };
      bought.set(order.customerId, [...(bought.get(order.customerId) ?? []), open]);
    }
  }
  return steps;
}

function readOrder(rows: Row[], idOf: (row: Row) => string, counts: Counts): LogOrder | null {
  const kept = rows.filter(({ quantity }) => quantity > 0);
  counts.leftOut += rows.length - kept.length;
  const [first] = kept;
  if (!first) return null;
  const lines = kept.map((row) => {
    const negative = row.unitPrice.startsWith("-");
    if (negative) counts.negativePrices += 1;
    return { productId: idOf(row), quantity: row.quantity, price: negative ? "0" : row.unitPrice };
  });
  return { invoice: first.invoice, customerId: first.customerId, at: first.at, lines };
}

/**
 * Assigns each row of a return to the customer's latest earlier order that still has that quantity of the product. Makes one refund per
 * return and order.
 */
function readReturn(rows: Row[], bought: Map<string, Open[]>, idOf: (row: Row) => string, counts: Counts): LogRefund[] {
  const refunds = new Map<LogOrder, LogRefund>();
  for (const row of rows) {
    const quantity = Math.abs(row.quantity);
    const id = idOf(row);
    const orders = row.customerId ? (bought.get(row.customerId) ?? []) : [];
    const open =
      quantity > 0
        ? orders.findLast(({ order, left }) => order.at < row.at && leftOf(order, left, id) >= quantity)
        : undefined;
    if (!open) {
      counts.unmatched += 1;
      continue;
    }
    const refund = refunds.get(open.order) ?? { invoice: row.invoice, order: open.order, at: row.at, lines: [] };
    refunds.set(open.order, refund);
    refund.lines.push(...take(open, id, quantity, row.unitPrice));
  }
  return [...refunds.values()];
}

const leftOf = (order: LogOrder, left: number[], productId: string): number =>
  order.lines.reduce((sum, line, at) => sum + (line.productId === productId ? (left[at] ?? 0) : 0), 0);

/** Spreads a returned quantity over the order's lines of the product. A line's amount is its quantity × the row's price. */
function take(open: Open, productId: string, quantity: number, unitPrice: string): RefundLine[] {
  const lines: RefundLine[] = [];
  let wanted = quantity;
  for (const [at, line] of open.order.lines.entries()) {
    const taken = line.productId === productId ? Math.min(open.left[at] ?? 0, wanted) : 0;
    if (taken === 0) continue;
    open.left[at] = (open.left[at] ?? 0) - taken;
    wanted -= taken;
    lines.push({ line: at, quantity: taken, amount: toAmount(toMillionths(unitPrice) * taken) });
  }
  return lines;
}
