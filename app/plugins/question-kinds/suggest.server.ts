// Suggests surveys, questions and answers for the parameters of survey_answer.
import { empty, type Sql, sql } from "../../db.server.ts";
import { SAMPLED_ROWS, type Suggest } from "../../segments/attribute.server.ts";

const settled = (column: Sql, value: string | undefined): Sql =>
  value === undefined ? empty : sql`and ${column} = ${value}`;

export const suggestSurveys: Suggest = ({ shopId }) =>
  sql`select v.handle as value, v.name as title, 1 as times from survey v where v.shop_id = ${shopId}`;

export const suggestQuestions: Suggest = ({ shopId, given: { survey } }) =>
  sql`select q ->> 'handle' as value, min(q -> 'words' -> 'en' ->> 'label') as title, count(*) as times
      from survey v cross join jsonb_array_elements(v.questions) q
      where v.shop_id = ${shopId} ${settled(sql`v.handle`, survey)} group by 1`;

const LONGEST = 100;

/** Suggests the answers that were given, most frequent first, and the values that a question declares but nobody has answered. */
export const suggestAnswers: Suggest = ({ shopId, given: { survey, question } }) =>
  sql`select n.value, max(n.title) as title, sum(n.times) as times from (
        (select value_text as value, null::text as title, 1 as times from api.answers where shop_id = ${shopId} and length(value_text) <= ${LONGEST}
          ${settled(sql`survey`, survey)} ${settled(sql`question`, question)} limit ${SAMPLED_ROWS})
        union all
        select one ->> 'value', nullif(one ->> 'label', one ->> 'value'), 0 from survey v
          cross join jsonb_array_elements(v.questions) q cross join jsonb_array_elements(q #> '{counted,values}') one
        where v.shop_id = ${shopId} ${settled(sql`v.handle`, survey)} ${settled(sql`q ->> 'handle'`, question)}
      ) n group by 1`;
