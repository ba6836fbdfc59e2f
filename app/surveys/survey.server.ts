import { randomUUID } from "node:crypto";
import { UserError } from "../errors.ts";
import { sql, type Tx } from "../db.server.ts";
import { enqueue } from "../queue.server.ts";
import type { Shop } from "../shop.server.ts";
import { checkDraft, isReworded } from "./editor/check-draft.ts";
import type { QuestionKinds } from "./question-kind.ts";
import type { Survey, SurveyDraft, Surface } from "./survey.ts";

export type SurveyLine = Survey & { responses: number; answersToday: number };

const columns = sql`id, handle, name, state, version, placements, segment_id as "segmentId", questions, words, updated_at as "updatedAt"`;

/** A response `r` counts once the order that its page claimed is here: anyone can claim an order, only a shop can have it. */
export const counted = sql`(r.order_claim is null or r.order_id is not null)`;

export const listSurveys = (shop: Shop): Promise<SurveyLine[]> =>
  shop.db.tx((tx) =>
    tx.rows<SurveyLine>(sql`
      select ${columns}, coalesce(held.responses, 0) as responses, coalesce(held.today, 0) as "answersToday"
      from survey s left join (
        select r.survey_id, count(*)::int as responses, count(*) filter (where r.started_at
          >= date_trunc('day', ${shop.now()}::timestamptz at time zone ${shop.timeZone}) at time zone ${shop.timeZone})::int as today
        from survey_response r where r.shop_id = ${shop.id} and ${counted} group by r.survey_id) held on held.survey_id = s.id
      where s.shop_id = ${shop.id} order by s.state = 'ended', s.updated_at desc, s.id`),
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

/** A change of what the questions of a survey that was asked mean makes a new version: results never mix two wordings. */
export async function saveSurvey(
  shop: Shop,
  id: string | null,
  input: SurveyDraft,
  kinds: QuestionKinds,
): Promise<string> {
  const draft = checkDraft(input, kinds);
  return shop.db.tx(async (tx) => {
    await refuseTaken(shop, tx, id, draft);
    if (id === null) return insertSurvey(shop, tx, draft);
    const [held] = await tx.rows<Pick<Survey, "handle" | "state" | "version" | "questions">>(
      sql`select handle, state, version, questions from survey where shop_id = ${shop.id} and id = ${id} for update`,
    );
    if (!held) throw new UserError("surveys.fault.missing");
    // Answers and segments name it by this.
    if (held.state !== "draft" && held.handle !== draft.handle)
      throw new UserError("surveys.fault.handle_fixed", { handle: held.handle }, "handle");
    const isNew = held.state !== "draft" && isReworded(held.questions, draft.questions);
    await tx.run(sql`
      update survey set handle = ${draft.handle}, name = ${draft.name}, placements = ${draft.placements},
        segment_id = ${draft.segmentId}, version = ${held.version + (isNew ? 1 : 0)},
        questions = ${JSON.stringify(draft.questions)}::jsonb, words = ${JSON.stringify(draft.words)}::jsonb,
        updated_at = ${shop.now()}
      where shop_id = ${shop.id} and id = ${id}`);
    await keepVersion(shop, tx, id);
    await enqueue("surveys.publish", { shop: shop.id }, tx);
    return id;
  });
}

async function refuseTaken(shop: Shop, tx: Tx, id: string | null, { handle, segmentId }: SurveyDraft): Promise<void> {
  const [taken] = await tx.rows(
    sql`select 1 from survey where shop_id = ${shop.id} and handle = ${handle} and id is distinct from ${id}::text`,
  );
  if (taken) throw new UserError("surveys.fault.handle_taken", {}, "handle");
  if (segmentId === null) return;
  const [segment] = await tx.rows(
    sql`select 1 from segment where shop_id = ${shop.id} and id = ${segmentId} and archived_at is null`,
  );
  if (!segment) throw new UserError("surveys.fault.segment", {}, "segmentId");
}

async function insertSurvey(shop: Shop, tx: Tx, draft: SurveyDraft): Promise<string> {
  const id = randomUUID();
  const now = shop.now();
  const inserted = await tx.run(sql`
    insert into survey (shop_id, id, handle, name, placements, segment_id, questions, words, created_at, updated_at)
    values (${shop.id}, ${id}, ${draft.handle}, ${draft.name}, ${draft.placements}, ${draft.segmentId},
      ${JSON.stringify(draft.questions)}::jsonb, ${JSON.stringify(draft.words)}::jsonb, ${now}, ${now})
    on conflict (shop_id, handle) do nothing`);
  if (!inserted) throw new UserError("surveys.fault.handle_taken", {}, "handle");
  return id;
}

/** The questions as they are asked from now on; answers refer to their version. */
const keepVersion = (shop: Shop, tx: Tx, id: string) =>
  tx.run(sql`
    insert into survey_version (shop_id, survey_id, version, questions, published_at)
    select shop_id, id, version, questions, ${shop.now()}::timestamptz from survey
    where shop_id = ${shop.id} and id = ${id} and state = 'active'
    on conflict (shop_id, survey_id, version) do update set questions = excluded.questions`);

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
    const [held] = await tx.rows(sql`select 1 from survey where shop_id = ${shop.id} and id = ${id} for update`);
    if (!held) throw new UserError("surveys.fault.missing");
    const gone = await tx.run(sql`
      delete from survey s where s.shop_id = ${shop.id} and s.id = ${id}
        and not exists (select 1 from survey_response r where r.shop_id = s.shop_id and r.survey_id = s.id)`);
    if (!gone) throw new UserError("surveys.fault.answered");
    await tx.run(sql`delete from survey_version where shop_id = ${shop.id} and survey_id = ${id}`);
    await enqueue("surveys.publish", { shop: shop.id }, tx);
  });
}
