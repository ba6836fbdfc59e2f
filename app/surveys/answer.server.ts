// Answers arrive once: the response's id is a hash of what it answers, and a question that has an answer keeps it.
import { createHash } from "node:crypto";
import { addChange, type Changes } from "../customers/change.ts";
import { sql, type Tx } from "../db.server.ts";
import type { Fields, Fault, Values } from "../fields.ts";
import { enqueue } from "../queue.server.ts";
import type { Shop } from "../shop.server.ts";
import type { AnswerValue, QuestionKinds } from "./question-kind.ts";
import type { Question, Surface } from "./survey.server.ts";
import type { Submission } from "./wire.ts";

/** Who answers, as far as the surface proves it. An order is a claim until the order is here; the claim takes one response. */
export type Respondent = {
  surface: Surface;
  orderClaim: string | null;
  customerId: string | null;
  anonymousId: string | null;
};

export type Submitted =
  { ok: true; response: string; recorded: number } | { ok: false; faults: { question: string | null; fault: Fault }[] };

type Version = { surveyId: string; handle: string; name: string; state: string; questions: Question[] };

const refuse = (key: string, question: string | null = null): Submitted => ({
  ok: false,
  faults: [{ question, fault: { key } }],
});

/** The same for the same survey, version and order (or customer, or visitor), whatever the client sends along. */
export function responseId(shopId: string, { survey, version }: Submission, who: Respondent): string | null {
  const subject = who.orderClaim
    ? `order ${who.orderClaim}`
    : who.customerId
      ? `customer ${who.customerId}`
      : who.anonymousId
        ? `visitor ${who.anonymousId}`
        : null;
  if (subject === null) return null;
  return createHash("sha256")
    .update(JSON.stringify([shopId, survey, version, subject]))
    .digest("hex")
    .slice(0, 40);
}

type Checked = { question: string; values: AnswerValue[] };

function checkAnswers(questions: Question[], submission: Submission, kinds: QuestionKinds) {
  const faults: { question: string | null; fault: Fault }[] = [];
  const checked: Checked[] = [];
  for (const { question: handle, values } of submission.answers) {
    const question = questions.find((one) => one.handle === handle);
    const kind = question ? kinds[question.kind] : undefined;
    if (!question || !kind) faults.push({ question: handle, fault: { key: "answer.unknown_question" } });
    else {
      const result = kind.check(values, question.settings as Values<Fields>);
      if (result.ok) checked.push({ question: handle, values: result.values });
      else faults.push({ question: handle, fault: result.fault });
    }
  }
  return { faults, checked };
}

async function readVersion(shop: Shop, tx: Tx, { survey, version }: Submission): Promise<Version | null> {
  const [row] = await tx.rows<Version>(sql`
    select s.id as "surveyId", s.handle, s.name, s.state, v.questions
    from survey s join survey_version v on v.shop_id = s.shop_id and v.survey_id = s.id
    where s.shop_id = ${shop.id} and s.id = ${survey} and v.version = ${version}`);
  return row ?? null;
}

export async function submitAnswers(
  shop: Shop,
  submission: Submission,
  who: Respondent,
  kinds: QuestionKinds,
): Promise<Submitted> {
  const id = responseId(shop.id, submission, who);
  if (id === null) return refuse("answer.nobody");
  if (submission.answers.length === 0) return refuse("answer.missing");
  return shop.db.tx(async (tx) => {
    const version = await readVersion(shop, tx, submission);
    if (!version) return refuse("answer.unknown_survey");
    if (version.state !== "active") return refuse("answer.ended");
    const { faults, checked } = checkAnswers(version.questions, submission, kinds);
    if (faults.length > 0) return { ok: false, faults };
    const customerId = await openResponse(shop, tx, id, submission, who);
    let recorded = 0;
    for (const one of checked) recorded += await insertAnswers(shop, tx, id, version, customerId, one);
    if (recorded > 0 && customerId) await tellOfAnswers(shop, tx, id, customerId);
    return { ok: true, response: id, recorded };
  });
}

/** Makes or locks the response; returns whose it is: the order's customer once the order is here, else who the surface proved. */
async function openResponse(
  shop: Shop,
  tx: Tx,
  id: string,
  submission: Submission,
  who: Respondent,
): Promise<string | null> {
  const now = shop.now();
  const [row] = await tx.rows<{ customerId: string | null }>(sql`
    insert into survey_response as r (shop_id, id, survey_id, version, surface, locale, order_claim, order_id, customer_id, started_at, finished_at)
    select ${shop.id}, ${id}, ${submission.survey}, ${submission.version}, ${who.surface}, ${submission.locale}, ${who.orderClaim},
      o.id, coalesce(o.customer_id, ${who.customerId}), ${now}, ${now}
    from (select 1) one left join shop_order o on o.shop_id = ${shop.id} and o.id = ${who.orderClaim}
    on conflict (shop_id, id) do update set finished_at = ${now}
    returning r.customer_id as "customerId"`);
  return row?.customerId ?? null;
}

const insertAnswers = (
  shop: Shop,
  tx: Tx,
  id: string,
  { handle }: Version,
  customerId: string | null,
  { question, values }: Checked,
) =>
  tx.run(sql`
    insert into answer (shop_id, response_id, question, position, survey, customer_id, value_text, value_number, at)
    select ${shop.id}, ${id}, ${question}, given.position, ${handle}, ${customerId}, given.text, given.number, ${shop.now()}
    from unnest(${values.map(({ text }) => text)}::text[], ${values.map(({ number }) => number)}::numeric[])
      with ordinality as given (text, number, position)
    where not exists (select 1 from answer a where a.shop_id = ${shop.id} and a.response_id = ${id} and a.question = ${question})`);

/** The timeline's entry, and a change that segments follow. */
async function tellOfAnswers(shop: Shop, tx: Tx, id: string, customerId: string): Promise<void> {
  await writeEvents(shop, tx, [id]);
  await tx.run(sql`
    insert into customer_change (shop_id, customer_id, reads, cause) values (${shop.id}, ${customerId}, 'answers', ${`survey/${id}`})`);
  await enqueue("segments.refresh", { shop: shop.id }, tx);
}

const writeEvents = (shop: Shop, tx: Tx, responses: string[]) =>
  tx.run(sql`
    insert into event (shop_id, id, customer_id, kind, at, source, data)
    select r.shop_id, 'survey/' || r.id, r.customer_id, 'survey.answered', r.finished_at, r.surface,
      jsonb_build_object('survey', s.name, 'answers',
        (select jsonb_agg(a.value_text order by a.question, a.position) from answer a where a.shop_id = r.shop_id and a.response_id = r.id))
    from survey_response r join survey s on s.shop_id = r.shop_id and s.id = r.survey_id
    where r.shop_id = ${shop.id} and r.id = any(${responses}) and r.customer_id is not null
    on conflict (shop_id, id) do nothing`);

/** Binds responses that waited for their order, and adds whose facts changed. */
export async function bindResponses(shop: Shop, tx: Tx, changes: Changes): Promise<void> {
  const bound = await tx.rows<{ id: string; customerId: string | null }>(sql`
    update survey_response r set order_id = o.id, customer_id = coalesce(o.customer_id, r.customer_id)
    from shop_order o
    where r.shop_id = ${shop.id} and r.order_id is null and r.order_claim is not null
      and o.shop_id = r.shop_id and o.id = r.order_claim
    returning r.id, r.customer_id as "customerId"`);
  if (bound.length === 0) return;
  const ids = bound.map(({ id }) => id);
  await tx.run(sql`
    update answer a set customer_id = r.customer_id from survey_response r
    where a.shop_id = ${shop.id} and r.shop_id = a.shop_id and r.id = a.response_id and r.id = any(${ids})`);
  await writeEvents(shop, tx, ids);
  for (const { id, customerId } of bound) if (customerId) addChange(changes, customerId, "answers", `survey/${id}`);
}
