// A kind may narrow its audience (`loyalty_tier = 'GOLD'`): the merchant's segment and the kind's query become a segment of
// our own, kept up to date as any other, shown in no list.
import { sql, type Tx } from "../../db.server.ts";
import { UserError } from "../../errors.ts";
import { parseFields } from "../../fields.ts";
import type { AttributeMap } from "../../segments/attribute.server.ts";
import { archiveSegment, saveSegment } from "../../segments/segment.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { Offer } from "../offer.ts";
import type { OfferKinds } from "../resolve.server.ts";

/** The registry of plugins, as far as offers need it. */
export type OfferEngine = { offerKinds: OfferKinds; attributes: AttributeMap };

type Narrowed = Pick<Offer, "kind" | "name" | "segmentId" | "audienceId" | "settings">;

/** The id of the narrowed segment, made or brought up to date; null where the merchant's own segment is the audience. */
export async function narrowAudience(shop: Shop, tx: Tx, engine: OfferEngine, offer: Narrowed): Promise<string | null> {
  const kind = engine.offerKinds[offer.kind];
  const settings = kind && parseFields(kind.settings, offer.settings);
  const narrowing = (settings?.ok && kind?.audience?.(settings.value)) || null;
  if (!narrowing) return null;
  const base = await queryOf(shop, tx, offer.segmentId);
  const query = base ? `(${base}) AND (${narrowing})` : narrowing;
  if (offer.audienceId && (await queryOf(shop, tx, offer.audienceId)) === query) return offer.audienceId;
  try {
    const draft = { id: offer.audienceId ?? undefined, name: offer.name, query, origin: "offer" as const };
    return await saveSegment(shop, draft, engine, tx);
  } catch (error) {
    if (error instanceof UserError) throw new UserError("offers.fault.audience", {}, "segment");
    throw error;
  }
}

async function queryOf(shop: Shop, tx: Tx, segmentId: string | null): Promise<string | null> {
  if (!segmentId) return null;
  const [row] = await tx.rows<{ query: string }>(sql`
    select query from segment where shop_id = ${shop.id} and id = ${segmentId} and archived_at is null`);
  return row?.query ?? null;
}

/** Segments made for offers that are gone, or that need none any more. */
export async function archiveUnused(shop: Shop): Promise<void> {
  const unused = await shop.db.tx((tx) =>
    tx.rows<{ id: string }>(sql`
      select s.id from segment s
      where s.shop_id = ${shop.id} and s.origin = 'offer' and s.archived_at is null and not exists (
        select from offer o where o.shop_id = s.shop_id and o.audience_id = s.id)`),
  );
  for (const { id } of unused) await archiveSegment(shop, id);
}
