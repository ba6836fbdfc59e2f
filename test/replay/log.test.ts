import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WrongInput } from "../setup/command-line.ts";
import { readLog, type Row } from "./log.ts";

const HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
const ROW = "536365,85123A,Heart,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom";

let folder: string;
beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), "log-"))));
afterAll(() => rmSync(folder, { recursive: true }));

const holding = (name: string, content: string | Buffer): string => {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
};
const lines = (...rows: string[]): string => [HEADER, ...rows, ""].join("\n");

async function read(file: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of readLog(file)) rows.push(row);
  return rows;
}

/** The refusal's sentence, without the folder. */
async function refusal(file: string): Promise<[exit: number, sentence: string]> {
  try {
    await read(file);
  } catch (error) {
    if (error instanceof WrongInput) return [error.exit, error.message.replace(`${folder}/`, "")];
    throw error;
  }
  throw new Error("it was read");
}

test("a row is read as it is written, packed or not", async () => {
  const row = {
    invoice: "536365",
    stockCode: "85123A",
    description: "Heart",
    quantity: 6,
    at: "2010-12-01 08:26:00",
    unitPrice: "2.55",
    customerId: "17850",
    country: "United Kingdom",
  };
  expect(await read(holding("plain.csv", lines(ROW)))).toEqual([row]);
  expect(await read(holding("packed.csv.gz", gzipSync(lines(ROW))))).toEqual([row]);
});

describe("a file that is not a log is refused with a sentence", () => {
  const packed = gzipSync(lines(...Array.from({ length: 500 }, (_, at) => ROW.replace("85123A", `${at * 7919}`))));
  test.each([
    ["empty.csv.gz", Buffer.alloc(0), "empty.csv.gz is empty: write the log into it."],
    ["packed-nothing.csv.gz", gzipSync(""), "packed-nothing.csv.gz holds no row: write the log into it."],
    ["no-row.csv", `${HEADER}\n`, "no-row.csv holds no row: write the log into it."],
    ["plain.csv.gz", lines(ROW), /plain.csv.gz is named .gz and is no gzip file, or is damaged: pack it with gzip/],
    ["cut.csv.gz", packed.subarray(0, packed.length - 200), /cut.csv.gz is cut off: .*; fetch it again/],
    ["column.csv", lines(ROW).replace(",UnitPrice", ""), /column.csv lacks the column UnitPrice: its first line must/],
    ["other.csv", "a,b\n1,2\n", /other.csv lacks the columns InvoiceNo, StockCode, .*: its first line must name/],
    ["quote.csv", lines(ROW, '1,A,"Tea,1,2011-01-01 10:00:00,1,7,France'), /quote.csv, line \d+: a quote is opened/],
    ["middle.csv", lines(ROW, ROW.replace("Heart", 'He"art')), /middle.csv, line 3: a quote stands in the middle/],
  ])("%s", async (name, content, sentence) => {
    const [exit, said] = await refusal(holding(name, content));
    expect(said).toEqual(sentence instanceof RegExp ? expect.stringMatching(sentence) : sentence);
    expect(said).not.toContain("\n");
    expect(exit).toBe(65);
  });

  test("a folder, and what is not there", async () => {
    mkdirSync(path.join(folder, "folder.csv.gz"));
    expect(await refusal(path.join(folder, "folder.csv.gz"))).toEqual([
      66,
      "folder.csv.gz is a folder: name the log's file in it.",
    ]);
    expect(await refusal(path.join(folder, "none.csv"))).toEqual([66, "none.csv is not there: name the log's file."]);
  });
});

describe("a row that cannot be read is refused with its line", () => {
  test.each([
    [ROW.replace(",United Kingdom", ""), "the row ends before its Country."],
    [ROW.replace(",6,", ",six,"), 'Quantity "six" is no whole number.'],
    [ROW.replace(",6,", ",99999999999,"), "Quantity 99999999999 is more than 2147483647."],
    [ROW.replace("2.55", "cheap"), 'UnitPrice "cheap" is not a price: write it as 2.55.'],
    [ROW.replace("2010-12-01", "2010-13-01"), 'InvoiceDate "2010-13-01 08:26:00" is not a date and time: write it as'],
    [ROW.replace("2010-12-01", "2011-02-29"), 'InvoiceDate "2011-02-29 08:26:00" is not a date and time: write it as'],
    [ROW.replace("08:26", "24:26"), 'InvoiceDate "2010-12-01 24:26:00" is not a date and time: write it as'],
    [
      ROW.replace("17850.0", "Ann"),
      'CustomerID "Ann" is not a customer number: write it as 17850, or leave it empty for a',
    ],
    [ROW.replace("536365", ""), "InvoiceNo is empty."],
  ])("%s", async (row, sentence) => {
    const [exit, said] = await refusal(holding("row.csv", lines(ROW, row)));
    expect(said).toContain(`row.csv, line 3: ${sentence}`);
    expect(exit).toBe(65);
  });
});
