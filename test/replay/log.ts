// Reads a transaction log in the format of the Online Retail data set, https://archive.ics.uci.edu/dataset/352/online+retail
import { createReadStream, statSync } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { CsvError, parse } from "csv-parse";
import { EXIT, WrongInput } from "../setup/command-line.ts";

export type Row = {
  invoice: string;
  stockCode: string;
  description: string;
  quantity: number;
  /** Local time in the shop's time zone, such as `2010-12-01 08:26:00`. */
  at: string;
  /** A decimal as written, possibly negative. */
  unitPrice: string;
  /** Null for a guest. */
  customerId: string | null;
  country: string;
};

const COLUMNS = [
  "InvoiceNo",
  "StockCode",
  "Description",
  "Quantity",
  "InvoiceDate",
  "UnitPrice",
  "CustomerID",
  "Country",
] as const;

/** A line may end early: its missing cells are left out. */
type Cells = Partial<Record<(typeof COLUMNS)[number], string>>;
type Parsed = { record: Cells; info: { lines: number } };

/** The largest quantity of one line of an order. */
const MOST = 2 ** 31 - 1;

/** Throws a WrongInput that names the file and, if known, the line. */
export async function* readLog(file: string): AsyncGenerator<Row> {
  assertReadable(file);
  const columns = (header: string[]) => headerOf(file, header);
  const parser = parse({ columns, bom: true, relax_column_count: true, info: true });
  const source = createReadStream(file);
  const unpacked = file.endsWith(".gz") ? [createGunzip()] : [];
  // An error of any stream destroys the parser, and the loop below throws it.
  pipeline([source, ...unpacked, parser], () => undefined);
  let count = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      count += 1;
      yield rowOf(record, `${file}, line ${info.lines}`);
    }
  } catch (error) {
    throw asWrongInput(file, error);
  }
  if (count === 0) throw new WrongInput(`${file} holds no row: write the log into it.`, EXIT.data);
}

function assertReadable(file: string): void {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) throw new WrongInput(`${file} is not there: name the log's file.`, EXIT.noInput);
  if (stat.isDirectory()) throw new WrongInput(`${file} is a folder: name the log's file in it.`, EXIT.noInput);
  if (stat.isFile() && stat.size === 0) throw new WrongInput(`${file} is empty: write the log into it.`, EXIT.data);
}

function headerOf(file: string, header: string[]): string[] {
  const missing = COLUMNS.filter((name) => !header.includes(name));
  if (missing.length === 0) return header;
  const word = missing.length === 1 ? "the column" : "the columns";
  const sentence = `${file} lacks ${word} ${missing.join(", ")}: its first line must name ${COLUMNS.join(", ")}.`;
  throw new WrongInput(sentence, EXIT.data);
}

const ZIPPED: Record<string, string> = {
  Z_DATA_ERROR: "is named .gz and is no gzip file, or is damaged: pack it with gzip, or leave .gz off its name.",
  Z_BUF_ERROR: "is cut off: the packed file ends too early; fetch it again.",
};

const QUOTED: Record<string, string> = {
  CSV_QUOTE_NOT_CLOSED: "a quote is opened and never closed: close it, or write it twice",
  CSV_INVALID_CLOSING_QUOTE: "a quote is closed in the middle of a cell: write it twice",
  INVALID_OPENING_QUOTE: "a quote stands in the middle of a cell: put the whole cell into quotes and write it twice",
};

function asWrongInput(file: string, error: unknown): unknown {
  if (error instanceof WrongInput || !(error instanceof Error)) return error;
  const { code = "" } = error as { code?: string };
  if (ZIPPED[code]) return new WrongInput(`${file} ${ZIPPED[code]}`, EXIT.data);
  if (code === "EACCES") return new WrongInput(`${file} can't be read: give yourself read permission.`, EXIT.noInput);
  if (!(error instanceof CsvError)) return error;
  const { lines } = error as CsvError & { lines?: number };
  return new WrongInput(`${file}, line ${lines ?? "?"}: ${QUOTED[code] ?? error.message}.`, EXIT.data);
}

function rowOf(cells: Cells, place: string): Row {
  const refuse = (what: string): never => {
    throw new WrongInput(`${place}: ${what}.`, EXIT.data);
  };
  const cell = (name: (typeof COLUMNS)[number]) => cells[name] ?? refuse(`the row ends before its ${name}`);
  const filled = (name: (typeof COLUMNS)[number]) => cell(name) || refuse(`${name} is empty`);
  const matching = (name: (typeof COLUMNS)[number], form: RegExp, mend: string) =>
    form.test(cell(name)) ? cell(name) : refuse(`${name} "${cell(name)}" ${mend}`);
  const quantity = Number(matching("Quantity", /^-?\d+$/, "is no whole number"));
  if (Math.abs(quantity) > MOST) refuse(`Quantity ${quantity} is more than ${MOST}`);
  const at = cell("InvoiceDate");
  if (!isWallTime(at)) refuse(`InvoiceDate "${at}" is not a date and time: write it as 2010-12-01 08:26:00`);
  return {
    invoice: filled("InvoiceNo"),
    stockCode: filled("StockCode"),
    description: cell("Description").trim(),
    quantity,
    at,
    unitPrice: matching("UnitPrice", /^-?\d+(\.\d+)?$/, "is not a price: write it as 2.55"),
    customerId:
      matching(
        "CustomerID",
        /^(\d+(\.0)?)?$/,
        "is not a customer number: write it as 17850, or leave it empty for a guest",
      ).replace(/\.0$/, "") || null,
    country: cell("Country"),
  };
}

/** True for a date that exists in the calendar and a time that exists on the clock. */
function isWallTime(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?$/.test(text)) return false;
  const iso = `${text.replace(" ", "T")}${text.length === 16 ? ":00" : ""}`;
  const time = Date.parse(`${iso}Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(iso);
}
