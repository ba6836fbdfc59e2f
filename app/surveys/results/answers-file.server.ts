// All counted answers to a survey as a CSV file (RFC 4180), one line for each answer, oldest first.
import { sql } from "../../db.server.ts";
import type { Instant } from "../../instant.ts";
import type { Shop } from "../../shop.server.ts";
import { readAsked } from "../survey.server.ts";
import type { Survey } from "../survey.ts";

const COLUMNS = [
  ...["answered_at", "question", "question_text", "answer", "customer_id", "customer", "order_id", "order"],
  ...["placement", "language", "version"],
];
/** The file is read and sent in parts, so that a large survey needs little memory. The database reads each answer once. */
const PART = 1000;
/** Excel reads a file as UTF-8 if it begins with a byte order mark. */
const BOM = "\uFEFF";

type Place = { at: string; response: string; question: string; position: number };
type Row = Place & {
  /** False: an answer whose order has not arrived. */
  counts: boolean;
  answer: string;
  answeredAt: Instant;
  customerId: string | null;
  customer: string | null;
  orderId: string | null;
  order: string | null;
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

export async function* writeAnswers(shop: Shop, survey: Pick<Survey, "id" | "handle">): AsyncGenerator<string> {
  const asked = await shop.db.tx((tx) => readAsked(shop, tx, survey.id));
  const labelOf = ({ question, version }: Row) =>
    asked.find((one) => one.version === version)?.questions.find(({ handle }) => handle === question)?.words.en?.label;
  const timeOf = timesIn(shop.timeZone);
  yield BOM + lineOf(COLUMNS);
  let last: Place | undefined = FIRST;
  while (last) {
    const rows = await readPart(shop, survey, last);
    last = rows.length < PART ? undefined : rows.at(-1);
    const counted = rows.filter(({ counts }) => counts);
    const lines = counted.map((row) =>
      lineOf([
        ...[timeOf(row.answeredAt), row.question, labelOf(row) ?? "", row.answer],
        ...[row.customerId ?? "", row.customer ?? "", row.orderId ?? "", row.order ?? ""],
        ...[row.surface, row.locale ?? "", String(row.version)],
      ]),
    );
    yield lines.join("");
  }
}

/** Writes times as Shopify's own files do, in the shop's zone: `2026-11-29 16:30:05 +0530`. */
function timesIn(timeZone: string): (instant: Instant) => string {
  const wall = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  const zone = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  const offsetOf = (instant: Instant) => {
    const name = zone.formatToParts(instant).find(({ type }) => type === "timeZoneName")?.value ?? "";
    return name.replace("GMT", "").replace(":", "") || "+0000";
  };
  return (instant) => `${wall.format(instant)} ${offsetOf(instant)}`;
}

const FIRST: Place = { at: "-infinity", response: "", question: "", position: 0 };

/**
 * The answers that follow `after`. First the answers alone are read, in the order of their index. Then their responses are looked up,
 * each by its id alone: with the survey as a second condition, the database may read all responses of the survey for each answer.
 * A survey that was answered keeps its handle.
 */
const readPart = (shop: Shop, { id, handle }: Pick<Survey, "id" | "handle">, after: Place): Promise<Row[]> =>
  shop.db.tx((tx) =>
    tx.rows<Row>(sql`
      with part as materialized (
        select at, response_id, question, position, value_text, customer_id from answer
        where shop_id = ${shop.id} and survey = ${handle} and (at, response_id, question, position)
          > (${after.at}::timestamptz, ${after.response}::text, ${after.question}::text, ${after.position}::int)
        order by answer.at, response_id, question, position limit ${PART})
      select part.at::text as at, part.response_id as response, part.question, part.position, part.value_text as answer,
        part.at as "answeredAt", part.customer_id as "customerId", nullif(concat_ws(' ', c.first_name, c.last_name), '') as customer,
        r.order_id as "orderId", o.name as "order", r.surface, r.locale, r.version, r.counts and r.survey_id = ${id} as counts
      from part join survey_response r on r.shop_id = ${shop.id} and r.id = part.response_id
        left join customer c on c.shop_id = ${shop.id} and c.id = part.customer_id
        left join shop_order o on o.shop_id = ${shop.id} and o.id = r.order_id
      order by part.at, part.response_id, part.question, part.position`),
  );
