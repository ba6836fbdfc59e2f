// Saves the definition of a segment, by a merchant, a file or a plugin's offer kind. The worker's results are in segment_figures.
import { randomUUID } from "node:crypto";
import { audit, changedParts, type Actor } from "../../audit.server.ts";
import { sql, type Tx } from "../../db.server.ts";
import { refused, STALE, type Fault, type Outcome } from "../../errors.ts";
import { freeHandle, handleOf } from "../../handle.ts";
import { withoutInvisible } from "../../invisible.ts";
import { storable } from "../../storable.ts";
import { laterThan } from "../../later-than.server.ts";
import { enqueue } from "../../queue.server.ts";
import type { Shop } from "../../shop.server.ts";
import { type Engine, faultText, hasFailed, readOnce } from "../memberships/live-segment.server.ts";
import { readSegment } from "../segment.server.ts";

const MAX_NAME = 255;
export const MAX_SEGMENTS = 6000;

export type SegmentDraft = {
  /** Left out for a new segment. */
  id?: string;
  name: string;
  query: string;
  /** `offer`: the segment is the audience of an offer, made by the offer's kind. */
  origin?: "merchant" | "offer";
};

export type Saving = {
  engine: Engine;
  actor: Actor;
  /** The version that the actor edited: another version is refused. Left out: any version is overwritten. */
  expectedVersion?: string | undefined;
  /** The caller's transaction. A refused save writes nothing. */
  within?: Tx;
};

export const MISSING: Fault = { key: "segments.refused.missing" };
export const TOO_MANY: Fault = { key: "segments.refused.limit" };

/** Saves a segment and queues its evaluation. */
export async function saveSegment(shop: Shop, given: SegmentDraft, saving: Saving): Promise<Outcome<{ id: string }>> {
  const checked = checkDraft(given, saving.engine);
  if (!checked.ok) return checked;
  const { draft } = checked;
  const save = async (tx: Tx): Promise<Outcome<{ id: string }>> => {
    const saved =
      draft.id === undefined ? await insert(shop, tx, draft) : await update(shop, tx, draft.id, draft, saving);
    if (!saved.ok) return saved;
    const { id, version, changed } = saved;
    await tx.run(sql`
      insert into segment_version (shop_id, segment_id, version, query, "from")
      values (${shop.id}, ${id}, ${version}, ${draft.query}, ${shop.now()}::timestamptz) on conflict do nothing`);
    const action = draft.id === undefined ? "created" : "saved";
    await audit(shop, tx, { actor: saving.actor, subject: { kind: "segment", id }, action, version, changed });
    await enqueue("segments.evaluate", { shop: shop.id, segment: id }, tx);
    return { ok: true, id };
  };
  return saving.within ? save(saving.within) : shop.db.tx(save);
}

function checkDraft(given: SegmentDraft, engine: Engine): Outcome<{ draft: SegmentDraft }> {
  const name = withoutInvisible(storable(given.name)).trim();
  const query = withoutInvisible(given.query);
  const faults: Fault[] = [];
  if (name === "") faults.push({ key: "segments.refused.name_blank", field: "name" });
  if ([...name].length > MAX_NAME)
    faults.push({ key: "segments.refused.name_too_long", parameters: { max: MAX_NAME }, field: "name" });
  const read = readOnce(query, engine);
  if (query.trim() === "") faults.push({ key: "segments.refused.query_blank", field: "query" });
  else if (Array.isArray(read))
    faults.push({ key: "segments.refused.query", parameters: { message: faultText(read) }, field: "query" });
  return faults.length > 0 ? refused(...faults) : { ok: true, draft: { ...given, name, query } };
}

type Written = Outcome<{ id: string; version: number; changed: string[] }>;

/** Two segments of one name that are created at the same time want the same handle. The second one takes the next free handle. */
async function insert(shop: Shop, tx: Tx, { name, query, origin = "merchant" }: SegmentDraft): Promise<Written> {
  const id = randomUUID();
  const now = shop.now();
  const wanted = handleOf(name, "segment");
  for (;;) {
    const [stored] = await tx.rows<{ many: boolean; handles: string[] }>(sql`
      select (count(*) filter (where archived_at is null)) >= ${MAX_SEGMENTS} as many,
        coalesce(array_agg(handle) filter (where starts_with(handle, ${wanted})), '{}') as handles from segment where shop_id = ${shop.id}`);
    if (stored?.many) return refused(TOO_MANY);
    const handle = origin === "offer" ? id : freeHandle(wanted, new Set(stored?.handles));
    const inserted = await tx.run(sql`
      insert into segment (shop_id, id, handle, name, query, origin, created_at, updated_at)
      values (${shop.id}, ${id}, ${handle}, ${name}, ${query}, ${origin}, ${now}, ${now})
      on conflict (shop_id, handle) do nothing`);
    if (inserted > 0) return { ok: true, id, version: 1, changed: [] };
  }
}

type Stored = { name: string; query: string; edition: string; fault: string | null };

async function update(
  shop: Shop,
  tx: Tx,
  id: string,
  { name, query }: SegmentDraft,
  { expectedVersion }: Saving,
): Promise<Written> {
  const [stored] = await tx.rows<Stored>(sql`
    select name, query, updated_at::text as edition,
      (select f.fault from segment_figures f where f.shop_id = segment.shop_id and f.segment_id = segment.id) as fault
    from segment where shop_id = ${shop.id} and id = ${id} and archived_at is null for update`);
  if (!stored) return refused(MISSING);
  if (expectedVersion !== undefined && expectedVersion !== stored.edition) return refused(STALE);
  const [saved] = await tx.rows<{ version: number }>(sql`
    update segment s set name = ${name}, query = ${query},
      updated_at = ${laterThan(sql`s.updated_at`, sql`${shop.now()}::timestamptz`)},
      query_version = s.query_version + case when s.query = ${query} then 0 else 1 end
    where s.shop_id = ${shop.id} and s.id = ${id} returning query_version as version`);
  // A segment that pauses after a failure is evaluated again at once.
  if (hasFailed(stored.fault))
    await tx.run(sql`
      update segment_figures set next_evaluation_at = null where shop_id = ${shop.id} and segment_id = ${id}`);
  return {
    ok: true,
    id,
    version: saved?.version ?? 1,
    changed: changedParts({ name: stored.name, query: stored.query }, { name, query }),
  };
}

export async function duplicateSegment(
  shop: Shop,
  id: string,
  name: string,
  saving: Pick<Saving, "engine" | "actor">,
): Promise<Outcome<{ id: string }>> {
  const segment = await readSegment(shop, id);
  if (!segment) return refused(MISSING);
  return saveSegment(shop, { name: [...name].slice(0, MAX_NAME).join(""), query: segment.query }, saving);
}
