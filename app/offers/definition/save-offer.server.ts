// A merchant's offer, saved from plain data, whoever it comes from.
import type { Actor } from "../../audit.server.ts";
import { sql, type Tx } from "../../db.server.ts";
import { outcomeOf, refused, UserError, type Fault, type Outcome } from "../../errors.ts";
import { textOf } from "../../field-view.ts";
import { own } from "../../own.ts";
import { enqueue } from "../../queue.server.ts";
import type { Shop } from "../../shop.server.ts";
import { segmentOf, type Offer, type OfferTerms } from "../offer.ts";
import { readOffer } from "../offer-rows.server.ts";
import { narrowAudience, type OfferEngine } from "../publishing/audiences/narrow-audience.server.ts";
import { markWhom } from "../publishing/customers/publication.server.ts";
import { resolveOffer, type OfferKinds } from "../resolve.server.ts";
import { isLive } from "../standing/seen-as.ts";
import { changedMeanwhile, insertOffer, updateOffer } from "./definition-row.server.ts";
import { checkTerms } from "./terms.ts";

export type Saved = Outcome<{ id: string }>;

/** `expectedVersion`: the version that was changed; null: whatever is there is changed. */
export type Saving = { id: string | null; expectedVersion: number | null; actor: Actor };

export async function readExpected(shop: Shop, id: string, expectedVersion: number | null): Promise<Offer> {
  const offer = await shop.db.tx((tx) => readOffer(shop, tx, id));
  if (!offer) throw new UserError("offers.fault.gone");
  if (expectedVersion !== null && expectedVersion !== offer.version) throw changedMeanwhile();
  return offer;
}

/** An offer keeps its kind. Ends in the past are refused only where they would go live. */
export async function saveOffer(shop: Shop, engine: OfferEngine, given: OfferTerms, saving: Saving): Promise<Saved> {
  const before = saving.id ? await readExpected(shop, saving.id, saving.expectedVersion) : null;
  const kindName = before?.kind ?? given.kind;
  const kind = own(engine.offerKinds, kindName);
  if (!kind) return refused({ key: "app.field.not_a_choice", field: "kind" });
  const checked = checkTerms({ ...given, kind: kindName }, kind, shop.currency);
  if (!checked.ok) return checked;
  const { terms } = checked;
  const faults = await checkInShop(shop, engine, before, terms);
  if (faults.length > 0) return refused(...faults);
  return outcomeOf(async () => {
    const id = await shop.db.tx(async (tx) => {
      const narrowed = { ...terms, narrowedId: before?.narrowedId ?? null };
      const wanted = { ...terms, narrowedId: await narrowAudience(shop, tx, engine, narrowed, saving.actor) };
      return before ? change(shop, tx, before, wanted, saving.actor) : insertOffer(shop, tx, wanted, saving.actor);
    });
    return { ok: true, id };
  });
}

async function checkInShop(shop: Shop, engine: OfferEngine, before: Offer | null, terms: OfferTerms): Promise<Fault[]> {
  const faults: Fault[] = [];
  const resolved = await resolveOffer(shop, engine.offerKinds, terms);
  if (!resolved.ok) {
    const { field } = resolved.fault;
    return [{ ...resolved.fault, field: field === undefined ? "kind" : `settings.${field}` }];
  }
  if (before && isLive(before.state) && terms.endsAt && terms.endsAt <= shop.now())
    faults.push({ key: "offers.fault.ends_in_the_past", field: "ends" });
  await shop.db.tx(async (tx) => {
    if (terms.segmentId && !(await segmentExists(shop, tx, terms.segmentId)))
      faults.push({ key: "offers.fault.no_segment", field: "segment" });
    for (const name of await takenSettings(shop, tx, engine.offerKinds, terms, before?.id ?? ""))
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
  { kind: named, settings }: OfferTerms,
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
      where o.shop_id = ${shop.id} and o.id <> ${self} and o.wish <> 'deleted'
        and lower(o.settings ->> held.name) = lower(given.value))`);
  return rows.map(({ name }) => name);
}

type Change = OfferTerms & { narrowedId: string | null };

async function change(shop: Shop, tx: Tx, before: Offer, change: Change, actor: Actor): Promise<string> {
  const after = { ...before, ...change };
  await updateOffer(shop, tx, { before, after, done: { actor, action: "saved" } });
  if (after.wish === "draft") return before.id;
  if (segmentOf(before) !== segmentOf(after)) await markWhom(shop, tx, [before, after]);
  // The offer may say by now what the merchant made of its discount in Shopify.
  if (before.publication.found.length > 0) await enqueue("offers.look", { shop: shop.id, offer: before.id }, tx);
  return before.id;
}
