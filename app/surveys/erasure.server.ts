// Redaction of surveys: erases the person's responses and answers, and the person's addresses in other people's answers.
import { addressesOf, addressPattern } from "../customers/facts/redaction/mention.ts";
import {
  eraseStep,
  ofCustomer,
  ROWS,
  type RedactionContext,
  type StepResult,
  type Erasure,
} from "../customers/facts/redaction/step.server.ts";
import { sql, type Tx } from "../db.server.ts";

export const surveysErasure: Erasure = {
  domain: "surveys",
  tables: ["survey_response", "answer"],
  steps: (context) => [
    { name: "responses", run: (tx) => eraseResponses(tx, context) },
    eraseStep(context, "answer", ofCustomer(context)),
    { name: "answers that speak", run: (tx, after) => cleanAnswers(tx, context, after) },
  ],
};

async function eraseResponses(tx: Tx, { shopId, person }: RedactionContext): Promise<StepResult> {
  const { customerIds, orderIds } = person;
  const responses = await tx.rows<{ id: string }>(sql`
    delete from survey_response where shop_id = ${shopId} and id = any(array(
      select id from survey_response where shop_id = ${shopId} and (customer_id = any(${customerIds}::text[])
        or order_id = any(${orderIds}::text[]) or order_claim = any(${orderIds}::text[])) limit ${ROWS})) returning id`);
  const answers = await tx.run(
    sql`delete from answer where shop_id = ${shopId} and response_id = any(${responses.map(({ id }) => id)}::text[])`,
  );
  return { erased: { survey_response: responses.length, answer: answers }, after: responses.length < ROWS ? null : "" };
}

type AnswerRow = { id: string; question: string; position: number; text: string };

/** Removes the person's addresses from other people's answers. The rest of the answers stays. */
async function cleanAnswers(tx: Tx, { shopId, person }: RedactionContext, after: string): Promise<StepResult> {
  const answers = await tx.rows<AnswerRow>(sql`
    select response_id as id, question, position, value_text as text from answer
    where shop_id = ${shopId} and response_id in (
      select id from survey_response where shop_id = ${shopId} and id > ${after} order by id limit ${ROWS})`);
  const patterns = addressesOf(person).map(addressPattern);
  for (const { id, question, position, text } of answers) {
    const clean = patterns.reduce((cleaned, pattern) => cleaned.replaceAll(pattern, "[removed]"), text);
    if (clean === text) continue;
    await tx.run(sql`
      update answer set value_text = ${clean}
      where shop_id = ${shopId} and response_id = ${id} and question = ${question} and position = ${position}`);
  }
  const [last] = await tx.rows<{ id: string | null; count: number }>(sql`
    select max(id) as id, count(*)::int as count from (
      select id from survey_response where shop_id = ${shopId} and id > ${after} order by id limit ${ROWS}) seen`);
  return { erased: {}, after: last?.count === ROWS ? last.id : null };
}
