// Saves the definition of a survey, by a merchant or a file. Shoppers' answers are in survey_response and answer.
import { randomUUID } from "node:crypto";
import { audit, changedParts, type Actor } from "../../audit.server.ts";
import { sql, type Sql, type Tx } from "../../db.server.ts";
import { refused, STALE, type Fault, type Outcome } from "../../errors.ts";
import { laterThan } from "../../later-than.server.ts";
import { lockUntilCommit } from "../../lock.server.ts";
import { enqueue } from "../../queue.server.ts";
import { holdSegment } from "../../segments/segment.server.ts";
import type { Shop } from "../../shop.server.ts";
import { checkDraft } from "../editor/draft/check-draft.ts";
import type { QuestionKinds } from "../question-kind.ts";
import type { Survey, SurveyDraft } from "../survey.ts";
import { isReworded } from "./reworded.ts";

export type Saving = {
  kinds: QuestionKinds;
  actor: Actor;
  /** The edition that the actor edited: another edition is refused. Left out: any edition is overwritten. */
  expectedVersion?: string | undefined;
};

export const MISSING: Fault = { key: "surveys.fault.missing" };
const HANDLE_TAKEN: Fault = { key: "surveys.fault.handle_taken", field: "handle" };

/** Each change gives another edition, even two changes within one millisecond. */
export const nextEdition = (shop: Shop): Sql => laterThan(sql`updated_at`, sql`${shop.now()}::timestamptz`);

/**
 * Saves the survey. `id` null: a new survey. Once a survey was asked, each rewording of its questions is a new version, so that
 * every answer is shown with the question as it was asked. `joinedVersions` finds the versions whose answers are counted
 * together.
 */
export async function saveSurvey(
  shop: Shop,
  id: string | null,
  given: SurveyDraft,
  saving: Saving,
): Promise<Outcome<{ id: string }>> {
  const checked = checkDraft(given, saving.kinds);
  return shop.db.tx(async (tx) => {
    const faults = [...(checked.ok ? [] : checked.faults), ...(await takenFaults(shop, tx, id, given))];
    if (!checked.ok || faults.length > 0) return refused(...faults);
    const { draft } = checked;
    const saved = id === null ? await insert(shop, tx, draft) : await update(shop, tx, id, draft, saving);
    if (!saved.ok) return saved;
    const { version, changed } = saved;
    const action = id === null ? "created" : "saved";
    await audit(shop, tx, { actor: saving.actor, subject: { kind: "survey", id: saved.id }, action, version, changed });
    return { ok: true, id: saved.id };
  });
}

/** The faults that depend on other rows of the shop. */
async function takenFaults(shop: Shop, tx: Tx, id: string | null, draft: SurveyDraft): Promise<Fault[]> {
  const { handle, segmentId } = draft;
  const faults: Fault[] = [];
  // Surveys are saved one at a time: two surveys that are saved together would find the same handle free.
  await lockUntilCommit(tx, `survey handles ${shop.id}`);
  const [taken] = await tx.rows(
    sql`select 1 from survey where shop_id = ${shop.id} and handle = ${handle} and id is distinct from ${id}::text`,
  );
  if (taken) faults.push(HANDLE_TAKEN);
  if (segmentId !== null && !(await holdSegment(shop, tx, segmentId)))
    faults.push({ key: "surveys.fault.segment", field: "segmentId" });
  return faults;
}

type Written = Outcome<{ id: string; version: number; changed: string[] }>;

async function insert(shop: Shop, tx: Tx, draft: SurveyDraft): Promise<Written> {
  const id = randomUUID();
  const now = shop.now();
  const inserted = await tx.run(sql`
    insert into survey (shop_id, id, handle, name, placements, segment_id, questions, words, created_at, updated_at)
    values (${shop.id}, ${id}, ${draft.handle}, ${draft.name}, ${draft.placements}, ${draft.segmentId},
      ${JSON.stringify(draft.questions)}::jsonb, ${JSON.stringify(draft.words)}::jsonb, ${now}, ${now})
    on conflict (shop_id, handle) do nothing`);
  return inserted ? { ok: true, id, version: 1, changed: [] } : refused(HANDLE_TAKEN);
}

type Held = SurveyDraft & Pick<Survey, "state" | "version" | "edition">;

async function update(
  shop: Shop,
  tx: Tx,
  id: string,
  draft: SurveyDraft,
  { expectedVersion }: Saving,
): Promise<Written> {
  const [held] = await tx.rows<Held>(sql`
    select name, handle, placements, segment_id as "segmentId", questions, words, state, version,
      updated_at::text as edition
    from survey where shop_id = ${shop.id} and id = ${id} for update`);
  if (!held) return refused(MISSING);
  if (expectedVersion !== undefined && expectedVersion !== held.edition) return refused(STALE);
  // Answers and segments name the survey by its handle.
  if (held.state !== "draft" && held.handle !== draft.handle)
    return refused({ key: "surveys.fault.handle_fixed", parameters: { handle: held.handle }, field: "handle" });
  const isNew = held.state !== "draft" && isReworded(held.questions, draft.questions);
  const version = held.version + (isNew ? 1 : 0);
  await tx.run(sql`
    update survey set handle = ${draft.handle}, name = ${draft.name}, placements = ${draft.placements},
      segment_id = ${draft.segmentId}, version = ${version},
      questions = ${JSON.stringify(draft.questions)}::jsonb, words = ${JSON.stringify(draft.words)}::jsonb,
      updated_at = ${nextEdition(shop)}
    where shop_id = ${shop.id} and id = ${id}`);
  await keepVersion(shop, tx, id);
  await enqueue("surveys.publish", { shop: shop.id }, tx);
  const { name, handle, placements, segmentId, questions, words } = draft;
  return {
    ok: true,
    id,
    version,
    changed: changedParts(held, { name, handle, placements, segmentId, questions, words }),
  };
}

/**
 * Keeps the present questions as a version, to which answers refer. A version keeps every place and segment that it was asked in, since
 * a shopper may answer on a page that was opened before the merchant changed them.
 */
export const keepVersion = (shop: Shop, tx: Tx, id: string): Promise<number> =>
  tx.run(sql`
    insert into survey_version as kept (shop_id, survey_id, version, questions, placements, segment_ids, published_at)
    select shop_id, id, version, questions, placements, array[segment_id], ${shop.now()}::timestamptz from survey
    where shop_id = ${shop.id} and id = ${id} and state = 'active'
    on conflict (shop_id, survey_id, version) do update set questions = excluded.questions,
      placements = array(select distinct unnest(kept.placements || excluded.placements)),
      segment_ids = array(select distinct unnest(kept.segment_ids || excluded.segment_ids))`);
