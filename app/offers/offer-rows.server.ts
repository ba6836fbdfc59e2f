// Reads offers from the database: the merchant's row, joined with the worker's row of what the store has of the offer.
import { z } from "zod";
import { sql, type Sql, type Tx } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";
import { OFFER_STATES, stateAt, WISHES, type Offer } from "./offer.ts";
import { placements } from "./wire.ts";
import type { Instant } from "../instant.ts";

const words = z.record(z.string(), z.object({ title: z.string(), text: z.string(), action: z.string() }));
const fault = z.object({
  key: z.string(),
  parameters: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

const stored = z.object({
  id: z.string(),
  handle: z.string(),
  version: z.number(),
  kind: z.string(),
  name: z.string(),
  segmentId: z.string().nullable(),
  narrowedId: z.string().nullable(),
  settings: z.record(z.string(), z.unknown()),
  words,
  holdout: z.number(),
  experimentId: z.string().nullable(),
  placements: z.array(z.enum(placements)),
  wish: z.enum(WISHES),
  startsAt: z.date(),
  endsAt: z.date().nullable(),
  audienceKey: z.string().nullable(),
  publication: z.object({
    settledAs: z.enum(OFFER_STATES).nullable(),
    discountId: z.string().nullable(),
    publishedAs: z.string().nullable(),
    shownVersion: z.number().nullable(),
    fault: fault.nullable(),
    found: z.array(fault),
    withdrawn: z.boolean(),
  }),
});

/** `p` is missing for an offer that was never published. */
const publication = sql`jsonb_build_object('settledAs', p.settled_as, 'discountId', p.discount_id, 'publishedAs', p.published_as,
  'shownVersion', p.shown_version, 'fault', p.fault, 'found', coalesce(p.found, '[]'), 'withdrawn', coalesce(p.withdrawn, false))`;

const columns = sql`o.id, o.handle, o.version, o.kind, o.name, o.segment_id as "segmentId", o.narrowed_id as "narrowedId",
  o.settings, o.words, o.holdout, o.experiment_id as "experimentId", o.placements, o.wish, o.starts_at as "startsAt", o.ends_at as "endsAt", a.key as "audienceKey",
  ${publication} as publication`;

/** The state of an offer `o`, by the same rule as `stateAt`. */
export const stateOf = (now: Instant): Sql => sql`
  case when o.wish = 'draft' then 'draft' when o.wish in ('ended', 'deleted') or o.ends_at <= ${now} then 'ended'
    when o.wish = 'paused' then 'paused' when o.starts_at > ${now} then 'scheduled' else 'active' end`;

/** The offers that are not deleted. `where`: a condition on the offer `o` and on the worker's row `p`. */
export async function readOffers(shop: Shop, tx: Tx, where: Sql = sql`true`): Promise<Offer[]> {
  const rows = await tx.rows(sql`
    select ${columns} from offer o
    left join offer_publication p on p.shop_id = o.shop_id and p.offer_id = o.id
    left join audience a on a.shop_id = o.shop_id and a.segment_id = coalesce(o.narrowed_id, o.segment_id)
      and a.experiment is not distinct from o.experiment_id
      and a.arm is not distinct from case when o.experiment_id is not null then o.id end
    where o.shop_id = ${shop.id} and o.wish <> 'deleted' and ${where} order by o.created_at desc, o.id`);
  return rows.map((row) => {
    const offer = stored.parse(row);
    return { ...offer, state: stateAt(offer.wish, offer.startsAt, offer.endsAt, shop.now()) };
  });
}

export async function readOffer(shop: Shop, tx: Tx, id: string): Promise<Offer | null> {
  const [offer] = await readOffers(shop, tx, sql`o.id = ${id}`);
  return offer ?? null;
}
