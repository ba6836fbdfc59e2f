import { randomUUID } from "node:crypto";
import { UserError } from "../errors.ts";
import { parseFields } from "../fields.ts";
import { sql, type Tx } from "../db.server.ts";
import { enqueue } from "../queue.server.ts";
import type { Shop } from "../shop.server.ts";
import type { QuestionKinds, QuestionWords } from "./question-kind.ts";

export const surfaces = ["thank_you", "storefront"] as const;
export type Surface = (typeof surfaces)[number];

export type Question = {
  /** Names the question in segments: lower-case letters, digits and _. */
  handle: string;
  kind: string;
  optional: boolean;
  settings: Record<string, unknown>;
  /** By language; the first language is `en`. */
  words: Record<string, QuestionWords>;
};

export type SurveyWords = { title: string; thanks: string; submit: string };

export type SurveyDraft = {
  name: string;
  handle: string;
  placements: Surface[];
  segmentId: string | null;
  questions: Question[];
  words: Record<string, SurveyWords>;
};

export type Survey = SurveyDraft & {
  id: string;
  state: "draft" | "active" | "ended";
  version: number;
  updatedAt: string;
};

export type SurveyLine = Survey & { responses: number; answersToday: number };

const HANDLE = /^[a-z][a-z0-9_]{0,39}$/;
const MAX_QUESTIONS = 20;

const columns = sql`id, handle, name, state, version, placements, segment_id as "segmentId", questions, words, updated_at as "updatedAt"`;

export const listSurveys = (shop: Shop): Promise<SurveyLine[]> =>
  shop.db.tx((tx) =>
    tx.rows<SurveyLine>(sql`
      select ${columns},
        (select count(*)::int from survey_response r where r.shop_id = s.shop_id and r.survey_id = s.id) as responses,
        (select count(*)::int from survey_response r where r.shop_id = s.shop_id and r.survey_id = s.id
          and r.started_at >= date_trunc('day', ${shop.now()}::timestamptz at time zone ${shop.timeZone}) at time zone ${shop.timeZone}) as "answersToday"
      from survey s where shop_id = ${shop.id} order by state = 'ended', updated_at desc`),
  );

export async function readSurvey(shop: Shop, id: string): Promise<Survey | null> {
  const [survey] = await shop.db.tx((tx) =>
    tx.rows<Survey>(sql`select ${columns} from survey where shop_id = ${shop.id} and id = ${id}`),
  );
  return survey ?? null;
}

/** The newest survey asked on a surface of this customer; one with an audience is asked of its members only. */
export async function surveyOn(shop: Shop, surface: Surface, customerId: string | null): Promise<Survey | null> {
  const [survey] = await shop.db.tx((tx) =>
    tx.rows<Survey>(sql`
      select ${columns} from survey s
      where shop_id = ${shop.id} and state = 'active' and ${surface} = any(placements)
        and (segment_id is null or exists (select 1 from membership m where m.shop_id = s.shop_id
          and m.segment_id = s.segment_id and m.customer_id = ${customerId} and m.left_at is null))
      order by updated_at desc limit 1`),
  );
  return survey ?? null;
}

function checkDraft(draft: SurveyDraft, kinds: QuestionKinds): SurveyDraft {
  if (draft.name.trim() === "") throw new UserError("surveys.fault.name", {}, "name");
  if (!HANDLE.test(draft.handle)) throw new UserError("surveys.fault.handle", {}, "handle");
  if (draft.questions.length === 0) throw new UserError("surveys.fault.no_questions", {}, "questions");
  if (draft.questions.length > MAX_QUESTIONS)
    throw new UserError("surveys.fault.too_many", { max: MAX_QUESTIONS }, "questions");
  const handles = new Set<string>();
  const questions = draft.questions.map((question, at) => {
    const field = `question.${at}`;
    const kind = kinds[question.kind];
    if (!kind) throw new UserError("surveys.fault.kind", { kind: question.kind }, field);
    if (!HANDLE.test(question.handle) || handles.has(question.handle))
      throw new UserError("surveys.fault.handle", {}, field);
    handles.add(question.handle);
    if (!question.words.en?.label.trim()) throw new UserError("surveys.fault.label", {}, field);
    const parsed = parseFields(kind.settings, question.settings);
    if (!parsed.ok) throw new UserError("surveys.fault.settings", {}, field);
    return { ...question, settings: parsed.value };
  });
  return { ...draft, name: draft.name.trim(), questions };
}

/** A change of the questions of a survey that was asked makes a new version: results never mix two wordings. */
export async function saveSurvey(
  shop: Shop,
  id: string | null,
  input: SurveyDraft,
  kinds: QuestionKinds,
): Promise<string> {
  const draft = checkDraft(input, kinds);
  return shop.db.tx(async (tx) => {
    const [taken] = await tx.rows(
      sql`select 1 from survey where shop_id = ${shop.id} and handle = ${draft.handle} and id is distinct from ${id}::text`,
    );
    if (taken) throw new UserError("surveys.fault.handle_taken", {}, "handle");
    const questions = JSON.stringify(draft.questions);
    const words = JSON.stringify(draft.words);
    const now = shop.now();
    if (id === null) {
      const made = randomUUID();
      await tx.run(sql`
        insert into survey (shop_id, id, handle, name, placements, segment_id, questions, words, created_at, updated_at)
        values (${shop.id}, ${made}, ${draft.handle}, ${draft.name}, ${draft.placements}, ${draft.segmentId}, ${questions}::jsonb, ${words}::jsonb, ${now}, ${now})`);
      return made;
    }
    const changed = await tx.run(sql`
      update survey set handle = ${draft.handle}, name = ${draft.name}, placements = ${draft.placements}, segment_id = ${draft.segmentId},
        version = version + case when questions <> ${questions}::jsonb and state <> 'draft' then 1 else 0 end,
        questions = ${questions}::jsonb, words = ${words}::jsonb, updated_at = ${now}
      where shop_id = ${shop.id} and id = ${id}`);
    if (!changed) throw new UserError("surveys.fault.missing");
    await keepVersion(shop, tx, id);
    await enqueue("surveys.publish", { shop: shop.id }, tx);
    return id;
  });
}

/** The questions as they are asked from now on; answers refer to their version. */
const keepVersion = (shop: Shop, tx: Tx, id: string) =>
  tx.run(sql`
    insert into survey_version (shop_id, survey_id, version, questions, published_at)
    select shop_id, id, version, questions, ${shop.now()}::timestamptz from survey
    where shop_id = ${shop.id} and id = ${id} and state = 'active'
    on conflict (shop_id, survey_id, version) do nothing`);

export async function setSurveyState(shop: Shop, id: string, state: Survey["state"]): Promise<void> {
  await shop.db.tx(async (tx) => {
    const changed = await tx.run(
      sql`update survey set state = ${state}, updated_at = ${shop.now()} where shop_id = ${shop.id} and id = ${id}`,
    );
    if (!changed) throw new UserError("surveys.fault.missing");
    await keepVersion(shop, tx, id);
    await enqueue("surveys.publish", { shop: shop.id }, tx);
  });
}

/** Only a survey that nobody answered can be deleted; others are ended. */
export async function deleteSurvey(shop: Shop, id: string): Promise<void> {
  await shop.db.tx(async (tx) => {
    const gone = await tx.run(sql`
      delete from survey s where s.shop_id = ${shop.id} and s.id = ${id}
        and not exists (select 1 from survey_response r where r.shop_id = s.shop_id and r.survey_id = s.id)`);
    if (!gone) throw new UserError("surveys.fault.answered");
    await enqueue("surveys.publish", { shop: shop.id }, tx);
  });
}
