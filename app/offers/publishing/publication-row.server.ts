// Writes the worker's row of an offer: what the store has of the offer. No other code writes the row, and the merchant's terms
// are not in it.
import { sql, type Tx } from "../../db.server.ts";
import type { Fault } from "../../errors.ts";
import type { Shop } from "../../shop.server.ts";
import type { Offer, OfferState } from "../offer.ts";
import type { ResolvedOffer } from "../offer-kind.ts";

export async function noteDiscount(
  shop: Shop,
  offerId: string,
  discountId: string | null,
  publishedAs: string | null,
): Promise<void> {
  await shop.db.tx((tx) =>
    tx.run(sql`
      insert into offer_publication (shop_id, offer_id, discount_id, published_as)
      values (${shop.id}, ${offerId}, ${discountId}, ${publishedAs})
      on conflict (shop_id, offer_id) do update
      set discount_id = excluded.discount_id, published_as = excluded.published_as`),
  );
}

export const noteState = (shop: Shop, tx: Tx, offerId: string, state: OfferState): Promise<number> =>
  tx.run(sql`
    insert into offer_publication (shop_id, offer_id, settled_as) values (${shop.id}, ${offerId}, ${state})
    on conflict (shop_id, offer_id) do update set settled_as = excluded.settled_as`);

/** Stores the faults of these offers, and clears the fault of those that have none. */
export async function noteFaults(
  shop: Shop,
  offerIds: readonly string[],
  faults: ReadonlyMap<string, Fault>,
): Promise<void> {
  const rows = [...new Set([...offerIds, ...faults.keys()])].map((id) => ({ id, fault: faults.get(id) ?? null }));
  if (rows.length === 0) return;
  await shop.db.tx((tx) =>
    tx.run(sql`
      insert into offer_publication as held (shop_id, offer_id, fault)
      select ${shop.id}, id, nullif(fault, 'null'::jsonb)
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as found(id text, fault jsonb)
      on conflict (shop_id, offer_id) do update set fault = excluded.fault
      where held.fault is distinct from excluded.fault`),
  );
}

/** Stores that the storefront now shows these versions of these offers, and no others. */
export async function noteShown(shop: Shop, offers: Pick<Offer, "id" | "version">[]): Promise<void> {
  const [ids, versions] = [offers.map(({ id }) => id), offers.map(({ version }) => version)];
  await shop.db.tx(async (tx) => {
    await tx.run(sql`
      update offer_publication set shown_version = null
      where shop_id = ${shop.id} and shown_version is not null and offer_id <> all (${ids}::text[])`);
    await tx.run(sql`
      insert into offer_publication as held (shop_id, offer_id, shown_version)
      select ${shop.id}, id, version from unnest(${ids}::text[], ${versions}::int[]) as shown(id, version)
      on conflict (shop_id, offer_id) do update set shown_version = excluded.shown_version
      where held.shown_version is distinct from excluded.shown_version`);
  });
}

export const noteFound = (
  shop: Shop,
  tx: Tx,
  offerId: string,
  { found, withdrawn }: { found: Fault[]; withdrawn: boolean },
): Promise<number> =>
  tx.run(sql`
    update offer_publication set found = ${JSON.stringify(found)}::jsonb, withdrawn = ${withdrawn}
    where shop_id = ${shop.id} and offer_id = ${offerId}`);

/** The result of a kind's `resolve`, and a hash of what the kind was given. */
export type Resolution = { of: string; resolved: ResolvedOffer };

export async function readResolutions(shop: Shop): Promise<Map<string, Resolution>> {
  const rows = await shop.db.tx((tx) =>
    tx.rows<{ id: string } & Resolution>(sql`
      select offer_id as id, resolved_of as of, resolved from offer_publication
      where shop_id = ${shop.id} and resolved_of is not null`),
  );
  return new Map(rows.map(({ id, ...resolution }) => [id, resolution]));
}

export const noteResolution = (shop: Shop, offerId: string, { of, resolved }: Resolution): Promise<number> =>
  shop.db.tx((tx) =>
    tx.run(sql`
      insert into offer_publication (shop_id, offer_id, resolved_of, resolved)
      values (${shop.id}, ${offerId}, ${of}, ${JSON.stringify(resolved)}::jsonb)
      on conflict (shop_id, offer_id) do update set resolved_of = excluded.resolved_of, resolved = excluded.resolved`),
  );

/** Clears the stored results of all kinds: a kind may give another result now, such as after a plugin was corrected. */
export const forgetResolutions = (shop: Shop): Promise<number> =>
  shop.db.tx((tx) => tx.run(sql`update offer_publication set resolved_of = null where shop_id = ${shop.id}`));

/** Clears the differences that were found in Shopify, because the merchant has changed the offer since. */
export const forgetFound = (shop: Shop, tx: Tx, offerId: string): Promise<number> =>
  tx.run(sql`
    update offer_publication set found = '[]', withdrawn = false where shop_id = ${shop.id} and offer_id = ${offerId}`);

/** Clears the fingerprint, so that the discount is published as if it had never been published. */
export const forgetPrint = (shop: Shop, tx: Tx, offerId: string): Promise<number> =>
  tx.run(sql`
    update offer_publication set published_as = null where shop_id = ${shop.id} and offer_id = ${offerId}`);

/** Deletes the row of a deleted offer. */
export const dropPublication = (shop: Shop, tx: Tx, offerId: string): Promise<number> =>
  tx.run(sql`delete from offer_publication where shop_id = ${shop.id} and offer_id = ${offerId}`);
