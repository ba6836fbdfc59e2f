import { openStay } from "../segments/memberships/open-stay.server.ts";
import { randomUUID } from "node:crypto";
import { refused, STALE, UserError, type Fault, type Outcome } from "../errors.ts";
import { sql, type Sql, type Tx } from "../db.server.ts";
import { enqueue } from "../queue.server.ts";
import { midnightDaysAgo } from "../local-time.ts";
import type { Shop } from "../shop.server.ts";
import { checkDraft, isReworded } from "./editor/check-draft.ts";
import { askedSince, type AskedVersion } from "./answers/joined.ts";
import type { QuestionKinds } from "./question-kind.ts";
import type { Survey, SurveyDraft, Surface } from "./survey.ts";

export type SurveyLine = Survey & { responses: number; answersToday: number };

const columns = sql`id, handle, name, state, version, placements, segment_id as "segmentId", questions, words, updated_at::text as edition, updated_at as "updatedAt"`;

export const listSurveys = (shop: Shop): Promise<SurveyLine[]> =>
  shop.db.tx((tx) =>
    tx.rows<SurveyLine>(sql`
      select ${columns}, coalesce(held.responses, 0) as responses, coalesce(held.today, 0) as "answersToday"
      from survey s left join (
        select r.survey_id, count(*)::int as responses, count(*) filter (where r.started_at
          >= ${midnightDaysAgo(0, shop.now(), shop.timeZone)}::timestamptz)::int as today
        from survey_response r where r.shop_id = ${shop.id} and r.counts group by r.survey_id) held on held.survey_id = s.id
      where s.shop_id = ${shop.id} order by s.state = 'ended', s.updated_at desc, s.id`),
  );

export async function readSurvey(shop: Shop, id: string): Promise<Survey | null> {
  const [survey] = await shop.db.tx((tx) =>
    tx.rows<Survey>(sql`select ${columns} from survey where shop_id = ${shop.id} and id = ${id}`),
  );
  return survey ?? null;
}

export async function isAnswered(shop: Shop, id: string): Promise<boolean> {
  const held = await shop.db.tx((tx) =>
    tx.rows(sql`select 1 from survey_response where shop_id = ${shop.id} and survey_id = ${id} limit 1`),
  );
  return held.length > 0;
}

/** The newest survey asked on a surface of this customer; one with an audience is asked of its members only. */
export async function surveyOn(shop: Shop, surface: Surface, customerId: string | null): Promise<Survey | null> {
  const [survey] = await shop.db.tx((tx) =>
    tx.rows<Survey>(sql`
      select ${columns} from survey s
      where shop_id = ${shop.id} and state = 'active' and ${surface} = any(placements)
        and (segment_id is null or exists (select 1 from membership m where m.shop_id = s.shop_id
          and m.segment_id = s.segment_id and m.customer_id = ${customerId} and ${openStay}))
      order by updated_at desc limit 1`),
  );
  return survey ?? null;
}

/** By survey, each version as it was asked. */
export async function readAskedOf(shop: Shop, tx: Tx, surveys: string[]): Promise<Map<string, AskedVersion[]>> {
  const rows = await tx.rows<AskedVersion & { survey: string }>(sql`
    select survey_id as survey, version, questions from survey_version
    where shop_id = ${shop.id} and survey_id = any(${surveys}::text[]) order by version`);
  return Map.groupBy(rows, ({ survey }) => survey);
}

export const readAsked = async (shop: Shop, tx: Tx, survey: string): Promise<AskedVersion[]> =>
  (await readAskedOf(shop, tx, [survey])).get(survey) ?? [];

export const readAskedSince = (shop: Shop, survey: Survey): Promise<number> =>
  shop.db.tx(async (tx) => askedSince(survey, await readAsked(shop, tx, survey.id)));

/** Within a millisecond too, a change makes another edition. */
const nextEdition = (shop: Shop): Sql =>
  sql`greatest(${shop.now()}::timestamptz, updated_at + interval '1 millisecond')`;

/**
 * Each wording of the questions of a survey that was asked is a version of its own, so that every answer stands beside what
 * was asked. Which versions count together is told by `joinedVersions`.
 */
export async function saveSurvey(
  shop: Shop,
  id: string | null,
  input: SurveyDraft,
  kinds: QuestionKinds,
  { seen = null, locale }: { seen?: string | null; locale?: string | undefined } = {},
): Promise<Outcome<{ id: string }>> {
  const checked = checkDraft(input, kinds, locale);
  return shop.db.tx(async (tx) => {
    const faults = [...(checked.ok ? [] : checked.faults), ...(await takenFaults(shop, tx, id, input))];
    if (!checked.ok || faults.length > 0) return refused(...faults);
    const { draft } = checked;
    if (id === null) return insertSurvey(shop, tx, draft);
    const [held] = await tx.rows<Pick<Survey, "handle" | "state" | "version" | "questions" | "edition">>(
      sql`select handle, state, version, questions, updated_at::text as edition from survey where shop_id = ${shop.id} and id = ${id} for update`,
    );
    if (!held) return refused({ key: "surveys.fault.missing" });
    if (seen !== null && seen !== held.edition) return refused(STALE);
    // Answers and segments name it by this.
    if (held.state !== "draft" && held.handle !== draft.handle)
      return refused({ key: "surveys.fault.handle_fixed", parameters: { handle: held.handle }, field: "handle" });
    const isNew = held.state !== "draft" && isReworded(held.questions, draft.questions);
    await tx.run(sql`
      update survey set handle = ${draft.handle}, name = ${draft.name}, placements = ${draft.placements},
        segment_id = ${draft.segmentId}, version = ${held.version + (isNew ? 1 : 0)},
        questions = ${JSON.stringify(draft.questions)}::jsonb, words = ${JSON.stringify(draft.words)}::jsonb,
        updated_at = ${nextEdition(shop)}
      where shop_id = ${shop.id} and id = ${id}`);
    await keepVersion(shop, tx, id);
    await enqueue("surveys.publish", { shop: shop.id }, tx);
    return { ok: true, id };
  });
}

const HANDLE_TAKEN: Fault = { key: "surveys.fault.handle_taken", field: "handle" };

/** What only the shop's other rows can tell. */
async function takenFaults(shop: Shop, tx: Tx, id: string | null, draft: SurveyDraft): Promise<Fault[]> {
  const { handle, segmentId } = draft;
  const faults: Fault[] = [];
  const [taken] = await tx.rows(
    sql`select 1 from survey where shop_id = ${shop.id} and handle = ${handle} and id is distinct from ${id}::text`,
  );
  if (taken) faults.push(HANDLE_TAKEN);
  if (segmentId === null) return faults;
  const [segment] = await tx.rows(
    sql`select 1 from segment where shop_id = ${shop.id} and id = ${segmentId} and archived_at is null`,
  );
  if (!segment) faults.push({ key: "surveys.fault.segment", field: "segmentId" });
  return faults;
}

async function insertSurvey(shop: Shop, tx: Tx, draft: SurveyDraft): Promise<Outcome<{ id: string }>> {
  const id = randomUUID();
  const now = shop.now();
  const inserted = await tx.run(sql`
    insert into survey (shop_id, id, handle, name, placements, segment_id, questions, words, created_at, updated_at)
    values (${shop.id}, ${id}, ${draft.handle}, ${draft.name}, ${draft.placements}, ${draft.segmentId},
      ${JSON.stringify(draft.questions)}::jsonb, ${JSON.stringify(draft.words)}::jsonb, ${now}, ${now})
    on conflict (shop_id, handle) do nothing`);
  return inserted ? { ok: true, id } : refused(HANDLE_TAKEN);
}

/** The questions as they are asked from now on; answers refer to their version. */
const keepVersion = (shop: Shop, tx: Tx, id: string) =>
  tx.run(sql`
    insert into survey_version (shop_id, survey_id, version, questions, published_at)
    select shop_id, id, version, questions, ${shop.now()}::timestamptz from survey
    where shop_id = ${shop.id} and id = ${id} and state = 'active'
    on conflict (shop_id, survey_id, version) do update set questions = excluded.questions`);

/** `seen`: the edition that is asked from now on; refused where another one is there. */
export async function setSurveyState(
  shop: Shop,
  id: string,
  state: Survey["state"],
  seen: string | null = null,
): Promise<void> {
  await shop.db.tx(async (tx) => {
    const [held] = await tx.rows<{ edition: string }>(
      sql`select updated_at::text as edition from survey where shop_id = ${shop.id} and id = ${id} for update`,
    );
    if (!held) throw new UserError("surveys.fault.missing");
    if (seen !== null && seen !== held.edition) throw new UserError(STALE.key);
    await tx.run(sql`
      update survey set state = ${state}, updated_at = ${nextEdition(shop)} where shop_id = ${shop.id} and id = ${id}`);
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
