import { erasedSince } from "../../customers/facts/redaction/erased-since.server.ts";
import { boundScore, netPromoterScore } from "../../net-promoter.ts";
import { sql, type Sql, type Tx } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { Counted, Measure, Scale } from "../question-kind.ts";
import { midnightDaysAgo } from "../../local-time.ts";
import { readAsked } from "../survey.server.ts";
import type { Question, Survey } from "../survey.ts";
import { joinedVersions, type AskedVersion } from "../answers/joined.ts";
import { isListed, labelOf, meanOf, valuesOf, type Mean } from "./measure.ts";
import { readResponseRate, type ResponseRate } from "./response-rate.server.ts";
import type { Instant } from "../../instant.ts";

/** `share` of the responses to this question; `low` and `high` bound it at 95 % (Wilson's score interval). */
export type Bar = { value: string; label: string; count: number; share: number; low: number; high: number };
export type SaidText = { text: string; at: Instant; customerId: string | null; name: string | null };

export type QuestionResult = {
  handle: string;
  label: string;
  measure: Measure;
  scale: Scale | null;
  responses: number;
  bars: Bar[];
  /** The net promoter score in points. Null if the question does not measure it. */
  score: number | null;
  scoreBounds: { low: number; high: number } | null;
  mean: Mean | null;
  texts: SaidText[];
  /** The start of this count. Null if no earlier answers to another kind or other choices were left out. */
  begun: Instant | null;
};

/** `since`: the first answer, on whichever day; null while there is none. `waiting`: responses whose order has not arrived yet. They count once the order has arrived. */
export type VersionLine = { version: number; since: Instant | null; responses: number; waiting: number };
export type SurveyResults = {
  /** The version that was requested. Null: all versions that count together. */
  version: number | null;
  /** Only responses of the last so many days count, with today. Null: all responses. */
  days: number | null;
  /** The versions that were asked, and the present one, newest first. */
  versions: VersionLine[];
  responses: number;
  waiting: number;
  /** Null where it is not known who saw the survey. */
  rate: ResponseRate | null;
  questions: QuestionResult[];
  /** Data of a customer were erased since the survey was created, and with them the customer's responses. */
  lacksErased: boolean;
};

const Z = 1.96;
const MOST_TEXTS = 100;

/** Wilson's score interval at 95 %. E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927). */
export function wilson(count: number, of: number): { low: number; high: number } {
  if (of === 0) return { low: 0, high: 1 };
  const share = count / of;
  const middle = share + (Z * Z) / (2 * of);
  const spread = Z * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of));
  const scale = 1 + (Z * Z) / of;
  return { low: Math.max(0, (middle - spread) / scale), high: Math.min(1, (middle + spread) / scale) };
}

/** The measure of a question that was saved before kinds declared measures. */
const UNCOUNTED: Counted = { measure: "text" };

type CountRow = { value: string; count: number; responses: number };

/** A day is the shop's. */
const beginOf = (days: number | null, { now, timeZone }: Shop): Sql =>
  days === null ? sql`'-infinity'::timestamptz` : sql`${midnightDaysAgo(days - 1, now(), timeZone)}::timestamptz`;

/** The results of one version, or of all versions. Over all versions, a question counts the versions in which its answers mean the same. */
export async function readResults(
  shop: Shop,
  survey: Survey,
  only: number | null = null,
  days: number | null = null,
): Promise<SurveyResults> {
  return shop.db.tx(async (tx) => {
    const begin = beginOf(days, shop);
    const versions = await readVersions(shop, tx, survey, begin);
    const asked = await readAsked(shop, tx, survey.id);
    const held = only === null ? versions : versions.filter(({ version }) => version === only);
    const shown = (only === null ? null : asked.find(({ version }) => version === only)) ?? survey;
    const results: QuestionResult[] = [];
    for (const question of shown.questions) {
      const joined = only === null ? joinedVersions(question, shown, asked) : [only];
      const answers = sql`answer a join survey_response r on r.shop_id = a.shop_id and r.id = a.response_id
        where a.shop_id = ${shop.id} and r.survey_id = ${survey.id} and r.version = any(${joined}::int[]) and r.counts
          and r.started_at >= ${begin} and a.question = ${question.handle}`;
      results.push({
        ...(await readResult(tx, question, answers)),
        begun: begunAt(question, joined, versions, asked),
      });
    }
    const sum = (name: "responses" | "waiting") => held.reduce((all, line) => all + line[name], 0);
    const rate = await readResponseRate(shop, tx, survey.id, { version: only, begin });
    const created = sql`(select created_at from survey where shop_id = ${shop.id} and id = ${survey.id})`;
    return {
      version: only,
      days,
      versions,
      responses: sum("responses"),
      waiting: sum("waiting"),
      rate,
      questions: results,
      lacksErased: await erasedSince(shop, tx, created),
    };
  });
}

async function readResult(tx: Tx, question: Question, answers: Sql): Promise<Omit<QuestionResult, "begun">> {
  const counts = await tx.rows<CountRow>(sql`
    select value, count, sum(answered) over ()::int as responses from (
      select a.value_text as value, count(*)::int as count, count(*) filter (where a.position = 1)::int as answered
      from ${answers} group by 1) by_value
    order by count desc, value`);
  const { counted = UNCOUNTED } = question;
  return resultOf(question, counted, counts, isListed(counted.measure) ? await readTexts(tx, answers) : []);
}

/** The first answer of the oldest version that counts. Null if no older version asked this question in another form. */
function begunAt(
  { handle }: Question,
  joined: number[],
  versions: VersionLine[],
  asked: AskedVersion[],
): Instant | null {
  const oldest = Math.min(...joined);
  const isOlder = ({ version, since }: VersionLine) =>
    since !== null &&
    version < oldest &&
    asked.some((one) => one.version === version && one.questions.some((question) => question.handle === handle));
  if (joined.length === 0 || !versions.some(isOlder)) return null;
  return versions.findLast(({ version, since }) => version >= oldest && since !== null)?.since ?? null;
}

async function readVersions(shop: Shop, tx: Tx, { id, version }: Survey, begin: Sql): Promise<VersionLine[]> {
  const asked = await tx.rows<VersionLine>(sql`
    select v.version, min(r.started_at) as since, 
      count(*) filter (where r.counts and r.started_at >= ${begin})::int as responses,
      count(*) filter (where not r.counts and r.started_at >= ${begin})::int as waiting
    from survey_version v
    left join survey_response r on r.shop_id = v.shop_id and r.survey_id = v.survey_id and r.version = v.version
    where v.shop_id = ${shop.id} and v.survey_id = ${id} group by 1 order by 1 desc`);
  const isAsked = asked.some((line) => line.version === version);
  return isAsked ? asked : [{ version, since: null, responses: 0, waiting: 0 }, ...asked];
}

const readTexts = (tx: Tx, answers: Sql) =>
  tx.rows<SaidText>(sql`
    select said.text, said.at, said."customerId", nullif(concat_ws(' ', c.first_name, c.last_name), '') as name from (
      select a.shop_id, a.value_text as text, a.at, a.customer_id as "customerId" from ${answers}
      order by a.at desc, a.response_id limit ${MOST_TEXTS}) said
    left join customer c on c.shop_id = said.shop_id and c.id = said."customerId" order by said.at desc`);

function resultOf(
  question: Question,
  counted: Counted,
  rows: CountRow[],
  texts: SaidText[],
): Omit<QuestionResult, "begun"> {
  const { measure, scale = null } = counted;
  const responses = rows[0]?.responses ?? 0;
  const counts = new Map(rows.map(({ value, count }) => [value, count]));
  const given = rows.map(({ value }) => value);
  const bars = (isListed(measure) ? [] : valuesOf(counted, given)).map((value) => {
    const count = counts.get(value) ?? 0;
    const label = labelOf(counted, value);
    return { value, label, count, share: responses ? count / responses : 0, ...wilson(count, responses) };
  });
  return {
    handle: question.handle,
    label: question.words.en?.label ?? question.handle,
    ...{ measure, scale, responses, bars, texts },
    score: measure === "nps" ? netPromoterScore(rows) : null,
    scoreBounds: measure === "nps" ? boundScore(rows) : null,
    mean: measure === "mean" ? meanOf(rows) : null,
  };
}
