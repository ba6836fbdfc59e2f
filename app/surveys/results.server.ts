import { sql } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";
import type { QuestionKinds } from "./question-kind.ts";
import type { Question, Survey } from "./survey.server.ts";

/** `share` of the responses to this question; `low` and `high` bound it at 95 % (Wilson's score interval). */
export type Bar = { value: string; count: number; share: number; low: number; high: number };
export type SaidText = { text: string; at: string; customerId: string | null; name: string | null };

export type QuestionResult = {
  handle: string;
  label: string;
  chart: "bars" | "scale" | "texts";
  responses: number;
  bars: Bar[];
  /** Net promoter score in points, for a scale. */
  score: number | null;
  texts: SaidText[];
};

export type SurveyResults = { responses: number; questions: QuestionResult[] };

const Z = 1.96;

/** E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927). */
export function wilson(count: number, of: number): { low: number; high: number } {
  if (of === 0) return { low: 0, high: 1 };
  const share = count / of;
  const middle = share + (Z * Z) / (2 * of);
  const spread = Z * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of));
  const scale = 1 + (Z * Z) / of;
  return { low: Math.max(0, (middle - spread) / scale), high: Math.min(1, (middle + spread) / scale) };
}

type CountRow = { question: string; value: string; count: number; responses: number };

/** Results of the version asked now: two wordings are never mixed. */
export async function readResults(shop: Shop, survey: Survey, kinds: QuestionKinds): Promise<SurveyResults> {
  const mine = sql`a.shop_id = ${shop.id} and r.survey_id = ${survey.id} and r.version = ${survey.version}`;
  const joined = sql`answer a join survey_response r on r.shop_id = a.shop_id and r.id = a.response_id`;
  return shop.db.tx(async (tx) => {
    const counts = await tx.rows<CountRow>(sql`
      select question, value, count, sum(answered) over (partition by question)::int as responses from (
        select a.question, a.value_text as value, count(*)::int as count, count(*) filter (where a.position = 1)::int as answered
        from ${joined} where ${mine} group by 1, 2) counted
      order by count desc, value`);
    const [total] = await tx.rows<{ responses: number }>(sql`
      select count(*)::int as responses from survey_response r
      where r.shop_id = ${shop.id} and r.survey_id = ${survey.id} and r.version = ${survey.version}`);
    const texts = await tx.rows<SaidText & { question: string }>(sql`
      select a.question, a.value_text as text, a.at, a.customer_id as "customerId",
        nullif(concat_ws(' ', c.first_name, c.last_name), '') as name
      from ${joined} left join customer c on c.shop_id = a.shop_id and c.id = a.customer_id
      where ${mine} order by a.at desc limit 200`);
    const questions = survey.questions.map((question) => {
      const chart = kinds[question.kind]?.chart ?? "texts";
      const own = counts.filter((row) => row.question === question.handle);
      return resultOf(
        question,
        chart,
        own,
        chart === "texts" ? texts.filter((said) => said.question === question.handle) : [],
      );
    });
    return { responses: total?.responses ?? 0, questions };
  });
}

function resultOf(
  question: Question,
  chart: QuestionResult["chart"],
  rows: CountRow[],
  texts: SaidText[],
): QuestionResult {
  const responses = rows[0]?.responses ?? 0;
  const counts = new Map(rows.map(({ value, count }) => [value, count]));
  const bars = (chart === "texts" ? [] : valuesOf(question, chart, rows)).map((value) => {
    const count = counts.get(value) ?? 0;
    return { value, count, share: responses ? count / responses : 0, ...wilson(count, responses) };
  });
  const label = question.words.en?.label ?? question.handle;
  return {
    handle: question.handle,
    label,
    chart,
    responses,
    bars,
    score: chart === "scale" ? netPromoterScore(rows) : null,
    texts,
  };
}

/** Every choice that can be given, also the ones that nobody gave. */
function valuesOf(question: Question, chart: QuestionResult["chart"], rows: CountRow[]): string[] {
  if (chart === "scale") return Array.from({ length: 11 }, (_, step) => String(step));
  const offered = Array.isArray(question.settings.choices) ? question.settings.choices.map(String) : [];
  const given = rows.map(({ value }) => value);
  return [...new Set([...given, ...offered])];
}

/** Share of 9 and 10 less share of 0 to 6, in points; null without an answer. */
function netPromoterScore(rows: CountRow[]): number | null {
  const sum = (matches: (value: number) => boolean) =>
    rows.filter(({ value }) => matches(Number(value))).reduce((total, { count }) => total + count, 0);
  const all = sum(() => true);
  if (all === 0) return null;
  return Math.round((100 * (sum((value) => value >= 9) - sum((value) => value <= 6))) / all);
}
