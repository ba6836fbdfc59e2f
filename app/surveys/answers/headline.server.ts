// What a survey says, in a word for a list: of its first question that can be counted, as it is asked now.
import { sql } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { QuestionKinds } from "../question-kind.ts";
import { netPromoterScore } from "./results.server.ts";
import { counted } from "../survey.server.ts";
import type { Survey } from "../survey.ts";

export type Headline = { shape: "score"; score: number } | { shape: "top"; value: string; share: number };

type Asked = { survey: string; version: number; question: string; scale: boolean };
type CountRow = { survey: string; value: string; count: number; responses: number };

/** By survey; one that nobody answered is left out. */
export async function readHeadlines(
  shop: Shop,
  surveys: Survey[],
  kinds: QuestionKinds,
): Promise<Map<string, Headline>> {
  const asked = surveys.flatMap((survey) => firstCountable(survey, kinds) ?? []);
  const rows = await shop.db.tx((tx) =>
    tx.rows<CountRow>(sql`
      select r.survey_id as survey, a.value_text as value, count(*)::int as count,
        (sum(count(*) filter (where a.position = 1)) over (partition by r.survey_id))::int as responses
      from unnest(${asked.map(({ survey }) => survey)}::text[], ${asked.map(({ version }) => version)}::int[],
        ${asked.map(({ question }) => question)}::text[]) asked (survey, version, question)
      join survey_response r on r.shop_id = ${shop.id} and r.survey_id = asked.survey and r.version = asked.version and ${counted}
      join answer a on a.shop_id = r.shop_id and a.response_id = r.id and a.question = asked.question
      group by 1, 2 order by count desc, value`),
  );
  const headlines = asked.flatMap(({ survey, scale }): [string, Headline][] => {
    const own = rows.filter((row) => row.survey === survey);
    const headline = scale ? scoreOf(own) : topOf(own);
    return headline ? [[survey, headline]] : [];
  });
  return new Map(headlines);
}

function firstCountable({ id, version, questions }: Survey, kinds: QuestionKinds): Asked | null {
  const chartOf = (kind: string) => (Object.hasOwn(kinds, kind) ? kinds[kind]?.chart : undefined) ?? "texts";
  const question = questions.find(({ kind }) => chartOf(kind) !== "texts");
  return question
    ? { survey: id, version, question: question.handle, scale: chartOf(question.kind) === "scale" }
    : null;
}

function scoreOf(rows: CountRow[]): Headline | null {
  const score = netPromoterScore(rows);
  return score === null ? null : { shape: "score", score };
}

function topOf([first]: CountRow[]): Headline | null {
  return first ? { shape: "top", value: first.value, share: first.count / Math.max(1, first.responses) } : null;
}
