// Stores each answer once: a response's id is a hash of the survey, the version and the respondent, and an answered question keeps its
// first answer.
import { createHash } from "node:crypto";
import { addChange, type Changes } from "../../customers/change.ts";
import { noteChange } from "../../customers/facts/customer-changes.server.ts";
import { publishEvents, type EventRow } from "../../customers/facts/events.server.ts";
import { redactedAmong } from "../../customers/facts/redaction/tombstones.server.ts";
import { sql, type Sql, type Tx } from "../../db.server.ts";
import type { Fault } from "../../errors.ts";
import { lockUntilCommit } from "../../lock.server.ts";
import { enqueue } from "../../queue.server.ts";
import type { Shop } from "../../shop.server.ts";
import { isAskedOf, readAsked } from "../survey.server.ts";
import { mayBegin } from "./allowance.server.ts";
import { joinedVersions } from "./joined.ts";
import { presentRespondent } from "./present-respondent.server.ts";
import { prove } from "./proof.server.ts";
import type { Respondent } from "./respondent.ts";
import { checkAnswers, type CheckedAnswer } from "./check-answers.ts";
import type { QuestionKinds } from "../question-kind.ts";
import type { Question } from "../survey.ts";
import type { Submission } from "../wire.ts";

export type Submitted =
  | { ok: true; response: string; recorded: number }
  /** `limited`: the sender has begun too many responses in this hour. */
  | { ok: false; limited?: true; faults: Fault[] };

type Asked = Pick<Submission, "survey" | "version">;
type SurveyAsked = { id: string; version: number; questions: Question[] };
type Version = {
  surveyId: string;
  version: number;
  handle: string;
  name: string;
  state: string;
  questions: Question[];
};

export const statusOf = (result: Submitted): number => (result.ok ? 200 : result.limited ? 429 : 422);

const refuse = (key: string): Submitted => ({ ok: false, faults: [{ key }] });

/**
 * The id is the same for the same survey, version and order (or customer, or visitor), whatever else the client sends. The id contains
 * the proof, so that an unproved response never takes the place of a proved one. Null if the respondent is unknown.
 */
export function responseId(shopId: string, { survey, version }: Asked, who: Respondent): string | null {
  const subject = who.orderClaim
    ? `order ${who.orderClaim}${provenAs(who)}`
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

const provenAs = ({ customerId, checkoutToken }: Respondent): string =>
  customerId ? ` customer ${customerId}` : checkoutToken ? ` checkout ${checkoutToken}` : "";

/**
 * The handles of the questions that the respondent has answered, in this version or in a version that counts together with it. For a
 * proved customer this includes answers from the storefront. For an order's buyer this includes answers for the same order with another
 * proof. A page that is opened again continues with the next question.
 */
export const answeredQuestions = (shop: Shop, survey: SurveyAsked, who: Respondent): Promise<string[]> =>
  shop.db.tx((tx) => readAnswered(shop, tx, survey, who));

async function readAnswered(shop: Shop, tx: Tx, survey: SurveyAsked, who: Respondent): Promise<string[]> {
  const asked = await readAsked(shop, tx, survey.id);
  const present = await presentRespondent(shop, tx, who);
  const pairs = survey.questions.flatMap((question) =>
    joinedVersions(question, survey, asked).map((version) => ({ question: question.handle, version })),
  );
  const versions = [...new Set(pairs.map(({ version }) => version))];
  const ids = versions.map((version) => responseId(shop.id, { survey: survey.id, version }, who));
  const rows = await tx.rows<{ question: string }>(sql`
    select distinct a.question
    from survey_response r join answer a on a.shop_id = r.shop_id and a.response_id = r.id
    where r.shop_id = ${shop.id} and r.survey_id = ${survey.id}
      and (r.id = any(${ids}::text[]) or (r.surface = 'storefront' and r.customer_id = ${present.customerId})
        or ${ofSameBuyer(shop, present)})
      and (a.question, r.version) in (select * from unnest(
        ${pairs.map(({ question }) => question)}::text[], ${pairs.map(({ version }) => version)}::int[]))`);
  return rows.map(({ question }) => question);
}

/**
 * True of a response `r` for the respondent's order that has the respondent's customer or checkout, itself or through its order. A
 * response whose proof failed is nobody's.
 */
const ofSameBuyer = (shop: Shop, { orderClaim, customerId, checkoutToken }: Respondent): Sql => sql`
  (r.order_claim = ${orderClaim} and (r.proof is null or r.proof in ('customer', 'checkout'))
    and (r.customer_id = ${customerId} or r.checkout_token = ${checkoutToken ?? null}
      or exists (select from shop_order o where o.shop_id = ${shop.id} and o.id = r.order_id
        and (o.customer_id = ${customerId} or o.checkout_token = ${checkoutToken ?? null}))))`;

/** Waits for other answers to the survey for the same order or of the same person: what is read afterwards includes them. */
async function lockAnswers(shop: Shop, tx: Tx, survey: string, who: Respondent): Promise<void> {
  const { orderClaim, customerId, anonymousId } = who;
  for (const [subject, id] of Object.entries({ order: orderClaim, customer: customerId, visitor: anonymousId }))
    if (id) await lockUntilCommit(tx, `answers ${shop.id} ${survey} ${subject} ${id}`);
}

/** Until the transaction ends, nobody changes the survey's state or deletes the survey. */
async function readVersion(shop: Shop, tx: Tx, { survey, version }: Asked): Promise<Version | null> {
  const [row] = await tx.rows<Version>(sql`
    select s.id as "surveyId", s.handle, s.name, s.state, v.version, v.questions
    from survey s join survey_version v on v.shop_id = s.shop_id and v.survey_id = s.id
    where s.shop_id = ${shop.id} and s.id = ${survey} and v.version = ${version} for key share of s`);
  return row ?? null;
}

/** True if the claimed order belongs to another customer than the proved one. An order that has not arrived is judged on arrival. */
async function isAnothers(shop: Shop, tx: Tx, { orderClaim, customerId }: Respondent): Promise<boolean> {
  if (!orderClaim || !customerId) return false;
  const [order] = await tx.rows<{ customerId: string | null }>(
    sql`select customer_id as "customerId" from shop_order where shop_id = ${shop.id} and id = ${orderClaim}`,
  );
  return order !== undefined && order.customerId !== null && order.customerId !== customerId;
}

/** For requests, which anybody can send: a survey accepts answers only where it is asked, of the customers whom it is asked. */
export async function submitWhereAsked(...[shop, submission, who, kinds]: Parameters<typeof submitAnswers>) {
  const isAsked = await isAskedOf(shop, submission, who.surface, who.customerId);
  return isAsked ? submitAnswers(shop, submission, who, kinds) : refuse("answer.not_asked_here");
}

export async function submitAnswers(
  shop: Shop,
  submission: Submission,
  given: Respondent,
  kinds: QuestionKinds,
): Promise<Submitted> {
  const id = responseId(shop.id, submission, given);
  if (id === null) return refuse("answer.nobody");
  if (submission.answers.length === 0) return refuse("answer.missing");
  const work = async (tx: Tx): Promise<Submitted> => {
    const who = await presentRespondent(shop, tx, given);
    await lockAnswers(shop, tx, submission.survey, who);
    const version = await readVersion(shop, tx, submission);
    if (!version) return refuse("answer.unknown_survey");
    if (version.state !== "active") return refuse("answer.ended");
    const { faults, checked } = checkAnswers(version.questions, submission.answers, kinds, shop.now());
    if (faults.length > 0) return { ok: false, faults };
    if (await isAnothers(shop, tx, who)) return refuse("answer.anothers");
    const answered = await readAnswered(shop, tx, { ...version, id: version.surveyId }, given);
    // An answered question keeps its first answer.
    const open = checked.filter(({ question }) => !answered.includes(question.handle));
    if (open.length === 0) return { ok: true, response: id, recorded: 0 };
    const { customerId, begins } = await openResponse(shop, tx, id, submission, who);
    if (begins && !(await mayBegin(shop, tx, who))) throw new TooMany();
    let recorded = 0;
    for (const one of open) recorded += await insertAnswers(shop, tx, id, version, customerId, one);
    if (recorded > 0) await handOn(shop, tx, id, customerId);
    return { ok: true, response: id, recorded };
  };
  return shop.db.tx(work).catch((error: unknown): Submitted => {
    if (!(error instanceof TooMany)) throw error;
    return { ok: false, limited: true, faults: [{ key: "answer.too_many" }] };
  });
}

/** Thrown to roll back a response that exceeds an allowance. */
class TooMany extends Error {}

type Opened = { customerId: string | null; begins: boolean };

/** Inserts the response, or locks it if it exists. `customerId`: null while the customer is unknown. */
async function openResponse(shop: Shop, tx: Tx, id: string, submission: Submission, who: Respondent): Promise<Opened> {
  const now = shop.now();
  const [row] = await tx.rows<Opened>(sql`
    insert into survey_response as r (shop_id, id, survey_id, version, surface, locale, order_claim, checkout_token, customer_id, started_at, finished_at)
    values (${shop.id}, ${id}, ${submission.survey}, ${submission.version}, ${who.surface}, ${submission.locale},
      ${who.orderClaim}, ${who.checkoutToken ?? null}, ${who.customerId}, ${now}, ${now})
    on conflict (shop_id, id) do update set finished_at = ${now}
    returning r.customer_id as "customerId", r.xmax = 0 as begins`);
  return row ?? { customerId: null, begins: false };
}

const insertAnswers = (
  shop: Shop,
  tx: Tx,
  id: string,
  { handle }: Version,
  customerId: string | null,
  { question, values }: CheckedAnswer,
) =>
  tx.run(sql`
    insert into answer (shop_id, response_id, question, position, survey, customer_id, value_text, value_number, at)
    select ${shop.id}, ${id}, ${question.handle}, given.position, ${handle}, ${customerId}, given.text, given.number, ${shop.now()}
    from unnest(${values.map(({ text }) => text)}::text[], ${values.map(({ number }) => number)}::numeric[])
      with ordinality as given (text, number, position)
    where not exists (select 1 from answer a
      where a.shop_id = ${shop.id} and a.response_id = ${id} and a.question = ${question.handle})`);

/**
 * Writes the timeline's entries and notes a change for segments, if the customer is known. A worker that is applying the order at the
 * same time does not see this response, so the enqueued job binds the response again.
 */
async function handOn(shop: Shop, tx: Tx, id: string, known: string | null): Promise<void> {
  const [bound] = await prove(shop, tx, sql`and r.id = ${id}`);
  const customerId = bound?.customerId ?? known;
  if (customerId) {
    await writeEvents(shop, tx, [id]);
    await noteChange(shop, tx, customerId, "answers", `survey/${id}`);
  }
  await enqueue("segments.refresh", { shop: shop.id }, tx);
}

/** Writes one entry per question, because answers may arrive one by one and an entry of the timeline is never changed. */
async function writeEvents(shop: Shop, tx: Tx, responses: string[]): Promise<void> {
  const rows = await tx.rows<EventRow>(sql`
    select 'survey/' || r.id || '/' || a.question as id, r.customer_id as "customerId", 'survey.answered' as kind, a.at::text as at,
      r.surface as source,
      jsonb_build_object('response', r.id, 'question', a.question, 'kind', asked.kind) as data,
      jsonb_strip_nulls(jsonb_build_object('survey', s.name, 'asked', asked.label, 'answers', (
        select jsonb_agg(coalesce(called.label, given.value) order by given.position)
        from jsonb_array_elements_text(a.answers) with ordinality given (value, position)
        left join lateral (select one ->> 'label' as label from jsonb_array_elements(asked.values) one
          where one ->> 'value' = given.value limit 1) called on true))) as words
    from survey_response r
      join survey s on s.shop_id = r.shop_id and s.id = r.survey_id
      join lateral (
        select question, min(at) as at, jsonb_agg(value_text order by position) as answers from answer
        where shop_id = ${shop.id} and response_id = r.id group by question) a on true
      left join lateral (
        select q ->> 'kind' as kind, q #>> '{words,en,label}' as label, q #> '{counted,values}' as values
        from survey_version v, jsonb_array_elements(v.questions) q
        where v.shop_id = r.shop_id and v.survey_id = r.survey_id and v.version = r.version
          and q ->> 'handle' = a.question limit 1) asked on true
    where r.shop_id = ${shop.id} and r.id = any(${responses}) and r.customer_id is not null`);
  await publishEvents(shop, tx, "surveys", rows);
}

/** Binds the responses whose order has arrived, and adds their customers to the changes. */
export async function bindResponses(shop: Shop, tx: Tx, changes: Changes): Promise<void> {
  const bound = await prove(shop, tx);
  if (bound.length === 0) return;
  const customers = bound.flatMap(({ customerId }) => customerId ?? []);
  const redacted = await redactedAmong(shop, tx, "customer", customers);
  const present = bound.filter(({ customerId }) => !redacted.has(customerId ?? ""));
  await writeEvents(
    shop,
    tx,
    present.map(({ id }) => id),
  );
  for (const { id, customerId } of present) if (customerId) addChange(changes, customerId, "answers", `survey/${id}`);
}
