// A transaction log as the Online Retail data set has it, read exactly as it is written.
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { parse } from "csv-parse";

export type Row = {
  invoice: string;
  stockCode: string;
  description: string;
  quantity: number;
  /** Wall-clock time in the shop's zone, as `2010-12-01 08:26:00`. */
  at: string;
  /** A decimal as written; it may be negative. */
  unitPrice: string;
  /** Null for a guest. */
  customerId: string | null;
  country: string;
};

type Columns = Record<
  "InvoiceNo" | "StockCode" | "Description" | "Quantity" | "InvoiceDate" | "UnitPrice" | "CustomerID" | "Country",
  string
>;

/** Throws with the line's number when a quantity, a price or a date cannot be read. */
export async function* readLog(file: string): AsyncGenerator<Row> {
  const text = file.endsWith(".gz") ? createReadStream(file).pipe(createGunzip()) : createReadStream(file);
  const rows = text.pipe(parse({ columns: true, bom: true, relax_column_count: true }));
  let line = 1;
  for await (const columns of rows as AsyncIterable<Columns>) {
    line += 1;
    yield rowOf(columns, line);
  }
}

function rowOf(columns: Columns, line: number): Row {
  const { Quantity: quantity, UnitPrice: unitPrice, InvoiceDate: at } = columns;
  if (!/^-?\d+$/.test(quantity)) throw new Error(`line ${line}: "${quantity}" is no quantity`);
  if (!/^-?\d+(\.\d+)?$/.test(unitPrice)) throw new Error(`line ${line}: "${unitPrice}" is no price`);
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?$/.test(at)) throw new Error(`line ${line}: "${at}" is no date`);
  return {
    invoice: columns.InvoiceNo,
    stockCode: columns.StockCode,
    description: columns.Description.trim(),
    quantity: Number(quantity),
    at,
    unitPrice,
    customerId: columns.CustomerID.replace(/\.0$/, "") || null,
    country: columns.Country,
  };
}
