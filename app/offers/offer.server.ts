// What a merchant does with offers. Each change of what is published leaves the job that publishes it, in one transaction.
import { own } from "../own.ts";
import { randomUUID } from "node:crypto";
import { sql, type Sql, type Tx } from "../db.server.ts";
import { outcomeOf, refused, STALE, UserError, type Fault, type Outcome } from "../errors.ts";
import { textOf } from "../field-view.ts";
import { enqueue } from "../queue.server.ts";
import type { Shop } from "../shop.server.ts";
import { narrowAudience, type OfferEngine } from "./publishing/narrow-audience.server.ts";
import { readOfferForm, type OfferInput } from "./editor/offer-form.ts";
import { keyOf, stateAt, type Offer } from "./offer.ts";
import { readOffer, readOffers } from "./offer-rows.server.ts";
import { markSegment } from "./publishing/publication.server.ts";
import { resolveOffer, type OfferKinds } from "./resolve.server.ts";

const LIVE = new Set(["scheduled", "active"]);

/** The version of the offer that the merchant saw; null where the form does not say. */
export const seenIn = (form: FormData): string | null => String(form.get("version") ?? "") || null;

const changedMeanwhile = () => new UserError(STALE.key);

async function readSeen(shop: Shop, id: string, seen: string | null): Promise<Offer> {
  const offer = await shop.db.tx((tx) => readOffer(shop, tx, id));
  if (!offer) throw new UserError("offers.fault.gone");
  if (seen !== null && seen !== offer.version) throw changedMeanwhile();
  return offer;
}

/** Within a millisecond too, a change makes another version. */
const nextVersion = (shop: Shop): Sql =>
  sql`greatest(${shop.now()}::timestamptz, updated_at + interval '1 millisecond')`;

/** Ends in the past are refused only where they would go live. */
export async function saveOffer(
  shop: Shop,
  engine: OfferEngine,
  id: string | null,
  form: FormData,
): Promise<Outcome<{ id: string }>> {
  const before = id ? await readSeen(shop, id, seenIn(form)) : null;
  const kindName = before?.kind ?? String(form.get("kind") ?? "");
  const kind = own(engine.offerKinds, kindName);
  if (!kind) return refused({ key: "app.field.not_a_choice", field: "kind" });
  const read = readOfferForm(form, kind, kindName, shop.timeZone);
  if (!read.ok) return read;
  const { input } = read;
  const faults = await checkOffer(shop, engine, before, input);
  if (faults.length > 0) return refused(...faults);
  return outcomeOf(async () => {
    const saved = await shop.db.tx(async (tx) => {
      const audienceId = await narrowAudience(shop, tx, engine, { ...input, audienceId: before?.audienceId ?? null });
      return before ? change(shop, tx, before, input, audienceId) : insert(shop, tx, input, audienceId);
    });
    return { ok: true, id: saved };
  });
}

async function checkOffer(shop: Shop, engine: OfferEngine, before: Offer | null, input: OfferInput): Promise<Fault[]> {
  const faults: Fault[] = [];
  const resolved = await resolveOffer(shop, engine.offerKinds, input);
  if (!resolved.ok) {
    const { field } = resolved.fault;
    return [{ ...resolved.fault, field: field === undefined ? "kind" : `settings.${field}` }];
  }
  if (before && LIVE.has(before.state) && input.endsAt && input.endsAt <= shop.now())
    faults.push({ key: "offers.fault.ends_in_the_past", field: "ends" });
  await shop.db.tx(async (tx) => {
    if (input.segmentId && !(await segmentExists(shop, tx, input.segmentId)))
      faults.push({ key: "offers.fault.no_segment", field: "segment" });
    for (const name of await takenSettings(shop, tx, engine.offerKinds, input, before?.id ?? ""))
      faults.push({ key: "offers.fault.taken", field: `settings.${name}` });
  });
  return faults;
}

async function segmentExists(shop: Shop, tx: Tx, id: string): Promise<boolean> {
  const rows = await tx.rows(sql`
    select 1 from segment where shop_id = ${shop.id} and id = ${id} and archived_at is null and origin = 'merchant'`);
  return rows.length > 0;
}

/** Settings of which another offer has the value. Shopify compares codes without regard to case. */
async function takenSettings(
  shop: Shop,
  tx: Tx,
  kinds: OfferKinds,
  { kind: named, settings }: OfferInput,
  self: string,
): Promise<string[]> {
  const given = (own(kinds, named)?.unique ?? []).flatMap((name) => {
    const text = textOf(settings[name]);
    return text === "" ? [] : [{ name, text }];
  });
  if (given.length === 0) return [];
  const unique = Object.entries(kinds).flatMap(([kind, { unique: names = [] }]) =>
    names.map((name) => ({ kind, name })),
  );
  const rows = await tx.rows<{ name: string }>(sql`
    select given.name from unnest(${given.map(({ name }) => name)}::text[], ${given.map(({ text }) => text)}::text[]) given (name, value)
    where exists (select 1 from offer o
      join unnest(${unique.map(({ kind }) => kind)}::text[], ${unique.map(({ name }) => name)}::text[]) held (kind, name)
        on held.kind = o.kind
      where o.shop_id = ${shop.id} and o.id <> ${self} and o.state <> 'deleted'
        and lower(o.settings ->> held.name) = lower(given.value))`);
  return rows.map(({ name }) => name);
}

async function insert(shop: Shop, tx: Tx, input: OfferInput, audienceId: string | null): Promise<string> {
  const id = randomUUID();
  const now = shop.now();
  await tx.run(sql`
    insert into offer (shop_id, id, kind, name, segment_id, audience_id, settings, words, placements, state,
      starts_at, ends_at, created_at, updated_at)
    values (${shop.id}, ${id}, ${input.kind}, ${input.name}, ${input.segmentId}, ${audienceId},
      ${JSON.stringify(input.settings)}::jsonb, ${JSON.stringify(input.words)}::jsonb, ${input.placements}, 'draft',
      ${input.startsAt}, ${input.endsAt}, ${now}, ${now})`);
  return id;
}

async function change(
  shop: Shop,
  tx: Tx,
  before: Offer,
  input: OfferInput,
  audienceId: string | null,
): Promise<string> {
  const changed = await tx.run(sql`
    update offer set name = ${input.name}, segment_id = ${input.segmentId}, audience_id = ${audienceId},
      settings = ${JSON.stringify(input.settings)}::jsonb, words = ${JSON.stringify(input.words)}::jsonb,
      placements = ${input.placements}, starts_at = ${input.startsAt}, ends_at = ${input.endsAt},
      state = ${LIVE.has(before.state) ? stateAt("active", input.startsAt, input.endsAt, shop.now()) : before.state},
      updated_at = ${nextVersion(shop)}
    where shop_id = ${shop.id} and id = ${before.id} and updated_at = ${before.version}::timestamptz`);
  if (changed === 0) throw changedMeanwhile();
  if (before.state === "draft") return before.id;
  const keys = new Set([keyOf(before), keyOf({ segmentId: input.segmentId, audienceId })]);
  if (keys.size > 1) for (const key of keys) if (key) await markSegment(shop, tx, key);
  await enqueue("offers.publish", { shop: shop.id }, tx);
  // The offer may say by now what the merchant made of its discount in Shopify.
  if (before.found.length > 0) await enqueue("offers.look", { shop: shop.id, offer: before.id }, tx);
  return before.id;
}

/** Draft or paused to what its dates say. A plugin takes its time: the kind is asked first, of the version that goes live. */
export async function publishOffer(
  shop: Shop,
  engine: OfferEngine,
  id: string,
  seen: string | null = null,
): Promise<void> {
  const asked = await readSeen(shop, id, seen);
  if (!own(engine.offerKinds, asked.kind)) throw new UserError("offers.fault.kind_missing");
  if (asked.endsAt && asked.endsAt <= shop.now()) throw new UserError("offers.fault.ends_in_the_past", {}, "ends");
  const resolved = await resolveOffer(shop, engine.offerKinds, asked);
  if (!resolved.ok) throw new UserError(resolved.fault.key, resolved.fault.parameters);
  await moveOffer(shop, id, async (offer, tx) => {
    if (offer.version !== asked.version) throw changedMeanwhile();
    const audienceId = await narrowAudience(shop, tx, engine, offer);
    return { state: stateAt("active", offer.startsAt, offer.endsAt, shop.now()), audienceId };
  });
}

export const pauseOffer = (shop: Shop, id: string): Promise<void> =>
  moveOffer(shop, id, ({ state }) => (LIVE.has(state) ? { state: "paused" } : {}));

/** Its discount is brought to what the offer says, whatever the merchant made of it in Shopify. */
export async function mendOffer(shop: Shop, id: string): Promise<void> {
  await moveOffer(shop, id, () => ({ publishedAs: null }));
}

/** At once and for good; a copy can be made of it. */
export const endOffer = (shop: Shop, id: string): Promise<void> => moveOffer(shop, id, endNow(shop));

/** Every offer that is not over, in one transaction: before the merchant uninstalls the app. */
export const endAllOffers = (shop: Shop): Promise<void> =>
  shop.db.tx(async (tx) => {
    const offers = await readOffers(shop, tx, sql`o.state in ('scheduled', 'active', 'paused')`);
    for (const { id } of offers) await moveWithin(shop, tx, id, endNow(shop));
  });

const endNow =
  (shop: Shop): Decide =>
  ({ state, endsAt, startsAt }) => {
    if (state === "ended" || state === "draft") return {};
    const now = shop.now();
    return { state: "ended", endsAt: endsAt && endsAt < now ? endsAt : now, startsAt: startsAt > now ? now : startsAt };
  };

/** A published one stays, unseen, until its discount is gone from the store. */
export const deleteOffer = (shop: Shop, id: string): Promise<void> => moveOffer(shop, id, () => ({ state: "deleted" }));

type Move = Partial<Pick<Offer, "startsAt" | "endsAt" | "audienceId" | "publishedAs">> & {
  state?: Offer["state"] | "deleted";
};
type Decide = (offer: Offer, tx: Tx) => Move | Promise<Move>;

const moveOffer = (shop: Shop, id: string, decide: Decide): Promise<void> =>
  shop.db.tx((tx) => moveWithin(shop, tx, id, decide));

async function moveWithin(shop: Shop, tx: Tx, id: string, decide: Decide): Promise<void> {
  await tx.rows(sql`select 1 from offer where shop_id = ${shop.id} and id = ${id} for update`);
  const offer = await readOffer(shop, tx, id);
  if (!offer) throw new UserError("offers.fault.gone");
  const after = { ...offer, ...(await decide(offer, tx)) };
  await tx.run(sql`
    update offer set state = ${after.state}, audience_id = ${after.audienceId}, published_as = ${after.publishedAs},
      starts_at = ${after.startsAt}, ends_at = ${after.endsAt}, found = '[]', withdrawn = false,
      updated_at = ${nextVersion(shop)}
    where shop_id = ${shop.id} and id = ${id}`);
  const key = keyOf(after);
  if (key) await markSegment(shop, tx, key);
  await enqueue("offers.publish", { shop: shop.id }, tx);
}

/** A draft of the same, from now on; returns its id. */
export async function duplicateOffer(shop: Shop, kinds: OfferKinds, id: string, name: string): Promise<string> {
  const copy = randomUUID();
  const now = shop.now();
  const made = await shop.db.tx(async (tx) => {
    const kind = (await readOffer(shop, tx, id))?.kind ?? "";
    return tx.run(sql`
      insert into offer (shop_id, id, kind, name, segment_id, settings, words, placements, state,
        starts_at, ends_at, created_at, updated_at)
      select shop_id, ${copy}, kind, ${name}, segment_id, settings - ${own(kinds, kind)?.unique ?? []}::text[], words, placements, 'draft',
        greatest(starts_at, ${now}::timestamptz), case when ends_at > ${now}::timestamptz then ends_at end, ${now}, ${now}
      from offer where shop_id = ${shop.id} and id = ${id} and state <> 'deleted'`);
  });
  if (made === 0) throw new UserError("offers.fault.gone");
  return copy;
}
