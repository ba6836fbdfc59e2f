// The one result that the list of surveys shows for each survey: of the first question that can be counted, over all versions that count
// together.
import { sql } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { joinedVersions, type AskedVersion } from "../answers/joined.ts";
import { netPromoterScore } from "../../net-promoter.ts";
import { isListed, meanOf } from "./measure.ts";
import type { Counted } from "../question-kind.ts";
import { readAskedOf } from "../survey.server.ts";
import type { Survey } from "../survey.ts";

export type Headline =
  { shape: "score"; score: number } | { shape: "mean"; mean: number } | { shape: "top"; value: string; share: number };

type Asked = { survey: string; versions: number[]; question: string; counted: Counted };
type CountRow = { survey: string; value: string; count: number; responses: number };

/** By the survey's id. A survey without answers is left out. */
export async function readHeadlines(shop: Shop, surveys: Survey[]): Promise<Map<string, Headline>> {
  const [asked, rows] = await shop.db.tx(async (tx) => {
    const versions = await readAskedOf(
      shop,
      tx,
      surveys.map(({ id }) => id),
    );
    const asked = surveys.flatMap((survey) => firstCountable(survey, versions.get(survey.id) ?? []) ?? []);
    const pairs = asked.flatMap(({ versions: joined, ...one }) => joined.map((version) => ({ ...one, version })));
    const rows = await tx.rows<CountRow>(sql`
      select r.survey_id as survey, a.value_text as value, count(*)::int as count,
        (sum(count(*) filter (where a.position = 1)) over (partition by r.survey_id))::int as responses
      from unnest(${pairs.map(({ survey }) => survey)}::text[], ${pairs.map(({ version }) => version)}::int[],
        ${pairs.map(({ question }) => question)}::text[]) asked (survey, version, question)
      join survey_response r on r.shop_id = ${shop.id} and r.survey_id = asked.survey and r.version = asked.version and r.counts
      join answer a on a.shop_id = r.shop_id and a.response_id = r.id and a.question = asked.question
      group by 1, 2 order by count desc, value`);
    return [asked, rows] as const;
  });
  const headlines = asked.flatMap(({ survey, counted }): [string, Headline][] => {
    const headline = headlineOf(
      counted,
      rows.filter((row) => row.survey === survey),
    );
    return headline ? [[survey, headline]] : [];
  });
  return new Map(headlines);
}

function firstCountable(survey: Survey, asked: AskedVersion[]): Asked | null {
  const question = survey.questions.find(({ counted }) => counted && !isListed(counted.measure));
  if (!question?.counted) return null;
  const versions = joinedVersions(question, survey, asked);
  return { survey: survey.id, versions, question: question.handle, counted: question.counted };
}

function headlineOf({ measure, values = [] }: Counted, rows: CountRow[]): Headline | null {
  const [first] = rows;
  if (!first) return null;
  if (measure === "nps") return { shape: "score", score: netPromoterScore(rows) ?? 0 };
  if (measure === "mean") return { shape: "mean", mean: meanOf(rows)?.mean ?? 0 };
  const label = values.find(({ value }) => value === first.value)?.label ?? first.value;
  return { shape: "top", value: label, share: first.count / Math.max(1, first.responses) };
}
