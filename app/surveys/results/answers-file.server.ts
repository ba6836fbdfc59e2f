// All counted answers to a survey as a CSV file (RFC 4180), one line for each answer, oldest first.
import { sql } from "../../db.server.ts";
import type { Instant } from "../../instant.ts";
import type { Shop } from "../../shop.server.ts";
import { readAsked } from "../survey.server.ts";

const COLUMNS = [
  ...["answered_at", "question", "question_text", "answer", "customer_id", "customer", "order_id"],
  ...["placement", "language", "version"],
];
/** The file is read and sent in parts, so that a large survey needs little memory. */
const PART = 1000;
/** Excel reads a file as UTF-8 if it begins with a byte order mark. */
const BOM = "\uFEFF";

type Place = { at: string; response: string; question: string; position: number };
type Row = Place & {
  answer: string;
  answeredAt: Instant;
  customerId: string | null;
  name: string | null;
  orderId: string | null;
  surface: string;
  locale: string | null;
  version: number;
};

const NUMBER = /^-?\d+(\.\d+)?$/;
/** Spreadsheets run a cell that begins with one of these as a formula. https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** Where a comma is the decimal sign, spreadsheets split a line at semicolons, also within quotes. */
const FORMULA_INSIDE = /([;\t\r\n"]\s*)(?=[=+\-@＝＋－＠])/g;

/** An apostrophe stands before each formula, so that no spreadsheet runs the formula. */
export function cellOf(text: string): string {
  const inside = text.replaceAll(FORMULA_INSIDE, "$1'");
  const safe = FORMULA.test(inside) && !NUMBER.test(inside) ? `'${inside}` : inside;
  return /[",;\r\n\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const lineOf = (cells: readonly string[]): string => `${cells.map(cellOf).join(",")}\r\n`;

export async function* writeAnswers(shop: Shop, survey: string): AsyncGenerator<string> {
  const asked = await shop.db.tx((tx) => readAsked(shop, tx, survey));
  const labelOf = ({ question, version }: Row) =>
    asked.find((one) => one.version === version)?.questions.find(({ handle }) => handle === question)?.words.en?.label;
  yield BOM + lineOf(COLUMNS);
  let last: Place | undefined;
  do {
    const rows = await readPart(shop, survey, last);
    last = rows.length < PART ? undefined : rows.at(-1);
    const lines = rows.map((row) =>
      lineOf([
        ...[row.answeredAt.toISOString(), row.question, labelOf(row) ?? "", row.answer],
        ...[
          row.customerId ?? "",
          row.name ?? "",
          row.orderId ?? "",
          row.surface,
          row.locale ?? "",
          String(row.version),
        ],
      ]),
    );
    yield lines.join("");
  } while (last);
}

/** The answers that follow `after`. */
const readPart = (shop: Shop, survey: string, after: Place | undefined): Promise<Row[]> =>
  shop.db.tx((tx) =>
    tx.rows<Row>(sql`
      select a.at::text as at, a.response_id as response, a.question, a.position, a.value_text as answer, a.at as "answeredAt",
        a.customer_id as "customerId", nullif(concat_ws(' ', c.first_name, c.last_name), '') as name, r.order_id as "orderId",
        r.surface, r.locale, r.version
      from survey_response r join answer a on a.shop_id = r.shop_id and a.response_id = r.id
      left join customer c on c.shop_id = a.shop_id and c.id = a.customer_id
      where r.shop_id = ${shop.id} and r.survey_id = ${survey} and r.counts
        and (${after === undefined} or (a.at, a.response_id, a.question, a.position)
          > (${after?.at ?? "-infinity"}::timestamptz, ${after?.response ?? ""}::text, ${after?.question ?? ""}::text, ${after?.position ?? 0}::int))
      order by a.at, a.response_id, a.question, a.position limit ${PART}`),
  );
