// Saves an offer from plain data, such as a form's, a file's or a plugin's.
import type { Actor } from "../../audit.server.ts";
import { sql, type Tx } from "../../db.server.ts";
import { outcomeOf, refused, UserError, type Fault, type Outcome } from "../../errors.ts";
import { textOf } from "../../field-view.ts";
import { lockUntilCommit } from "../../lock.server.ts";
import { own } from "../../own.ts";
import { enqueue } from "../../queue.server.ts";
import { holdSegment } from "../../segments/segment.server.ts";
import type { Shop } from "../../shop.server.ts";
import { segmentOf, type Offer, type OfferTerms } from "../offer.ts";
import { readOffer } from "../offer-rows.server.ts";
import { narrowAudience, type OfferEngine } from "../publishing/audiences/narrow-audience.server.ts";
import { foldedCode } from "../../customers/facts/orders/discounts.ts";
import { markWhom } from "../publishing/customers/publication.server.ts";
import { resolveOffer, type OfferKinds } from "../resolve.server.ts";
import { isLive } from "../standing/seen-as.ts";
import { changedMeanwhile, insertOffer, updateOffer } from "./definition-row.server.ts";
import { checkTerms } from "./terms.ts";

export type Saved = Outcome<{ id: string }>;

/** `expectedVersion`: the version that the actor edited. Another stored version is refused. Null: any version is overwritten. */
export type Saving = { id: string | null; expectedVersion: number | null; actor: Actor };

export async function readExpected(shop: Shop, id: string, expectedVersion: number | null): Promise<Offer> {
  const offer = await shop.db.tx((tx) => readOffer(shop, tx, id));
  if (!offer) throw new UserError("offers.fault.gone");
  if (expectedVersion !== null && expectedVersion !== offer.version) throw changedMeanwhile();
  return offer;
}

/** An ended offer cannot be changed, because figures and orders refer to it. */
export const ENDED: Fault = { key: "offers.fault.over" };

/** Guests are not customers, so nobody can be held out of an offer to everyone. */
const UNTESTABLE: Fault = { key: "offers.fault.test_everyone", field: "holdout" };

/**
 * Saves an offer. The kind of a saved offer stays, whatever is given. An end in the past is refused only if the offer is live.
 */
export async function saveOffer(shop: Shop, engine: OfferEngine, given: OfferTerms, saving: Saving): Promise<Saved> {
  const before = saving.id ? await readExpected(shop, saving.id, saving.expectedVersion) : null;
  if (before?.state === "ended") return refused(ENDED);
  const kindName = before?.kind ?? given.kind;
  const kind = own(engine.offerKinds, kindName);
  if (!kind) return refused({ key: "app.field.not_a_choice", field: "kind" });
  const checked = checkTerms({ ...given, kind: kindName }, kind, shop.currency);
  if (!checked.ok) return checked;
  const { terms } = checked;
  const resolved = await resolveOffer(shop, engine.offerKinds, terms);
  if (!resolved.ok) {
    const { field } = resolved.fault;
    return refused({ ...resolved.fault, field: field === undefined ? "kind" : `settings.${field}` });
  }
  return outcomeOf(() =>
    shop.db.tx(async (tx): Promise<Saved> => {
      const faults = await checkInShop(shop, tx, engine.offerKinds, before, terms);
      if (faults.length > 0) return refused(...faults);
      const narrowed = { ...terms, narrowedId: before?.narrowedId ?? null };
      const wanted = { ...terms, narrowedId: await narrowAudience(shop, tx, engine, narrowed, saving.actor) };
      if (wanted.holdout > 0 && segmentOf(wanted) === null) return refused(UNTESTABLE);
      const id = before
        ? await change(shop, tx, before, wanted, saving.actor)
        : await insertOffer(shop, tx, wanted, saving.actor);
      return { ok: true, id };
    }),
  );
}

/** The faults that depend on other rows of the shop. The rows are locked, so the result holds until the transaction ends. */
async function checkInShop(
  shop: Shop,
  tx: Tx,
  kinds: OfferKinds,
  before: Offer | null,
  terms: OfferTerms,
): Promise<Fault[]> {
  const faults: Fault[] = [];
  if (before) await tx.rows(sql`select 1 from offer where shop_id = ${shop.id} and id = ${before.id} for update`);
  if (before && isLive(before.state) && terms.endsAt && terms.endsAt <= shop.now())
    faults.push({ key: "offers.fault.ends_in_the_past", field: "ends" });
  if (terms.segmentId && !(await holdSegment(shop, tx, terms.segmentId)))
    faults.push({ key: "offers.fault.no_segment", field: "segment" });
  for (const { setting, name } of await takenSettings(shop, tx, kinds, terms, before?.id ?? ""))
    faults.push({ key: "offers.fault.taken", parameters: { name }, field: `settings.${setting}` });
  return faults;
}

/**
 * The settings whose value another offer has, or another offer's discount still has as its code, with that offer's name. Offers with such
 * settings are saved one at a time: two offers that are saved together would find the same value free.
 */
async function takenSettings(
  shop: Shop,
  tx: Tx,
  kinds: OfferKinds,
  { kind: named, settings }: OfferTerms,
  self: string,
): Promise<{ setting: string; name: string }[]> {
  const given = (own(kinds, named)?.unique ?? []).filter((name) => textOf(settings[name]) !== "");
  if (given.length === 0) return [];
  await lockUntilCommit(tx, `offer codes ${shop.id}`);
  const unique = Object.entries(kinds).flatMap(([kind, { unique: names = [] }]) =>
    names.map((name) => ({ kind, name })),
  );
  const others = sql`o.shop_id = ${shop.id} and o.id <> ${self} and o.wish <> 'deleted'`;
  const rows = await tx.rows<{ value: string; name: string }>(sql`
    select o.settings ->> held.name as value, o.name from offer o
      join unnest(${unique.map(({ kind }) => kind)}::text[], ${unique.map(({ name }) => name)}::text[]) held (kind, name)
        on held.kind = o.kind
      where ${others} and o.settings ->> held.name is not null
    union all
    select c.code, o.name from discount_code c join offer o on o.shop_id = c.shop_id and o.id = c.offer_id
      where ${others} and c.shop_id = ${shop.id} and c.to_at is null`);
  const taken = new Map(rows.map(({ value, name }) => [foldedCode(value), name]));
  return given.flatMap((setting) => {
    const name = taken.get(foldedCode(textOf(settings[setting])));
    return name === undefined ? [] : [{ setting, name }];
  });
}

type Change = OfferTerms & { narrowedId: string | null };

async function change(shop: Shop, tx: Tx, before: Offer, change: Change, actor: Actor): Promise<string> {
  const after = { ...before, ...change };
  const experimentId = await updateOffer(shop, tx, { before, after, done: { actor, action: "saved" } });
  if (after.wish === "draft") return before.id;
  if (segmentOf(before) !== segmentOf(after) || before.experimentId !== experimentId)
    await markWhom(shop, tx, [before, after]);
  // The offer may now agree with what the merchant changed in Shopify.
  if (before.publication.found.length > 0) await enqueue("offers.look", { shop: shop.id, offer: before.id }, tx);
  return before.id;
}
