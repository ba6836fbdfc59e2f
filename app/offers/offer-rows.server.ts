// Offers as the database holds them.
import { z } from "zod";
import { sql, type Sql, type Tx } from "../db.server.ts";
import type { Shop } from "../shop.server.ts";
import type { Fault } from "../errors.ts";
import { OFFER_STATES, stateAt, type Offer } from "./offer.ts";
import { placements } from "./wire.ts";
import type { Instant } from "../instant.ts";

const words = z.record(z.string(), z.object({ title: z.string(), text: z.string(), action: z.string() }));

const stored = z.object({
  id: z.string(),
  version: z.string(),
  kind: z.string(),
  name: z.string(),
  segmentId: z.string().nullable(),
  audienceId: z.string().nullable(),
  settings: z.record(z.string(), z.unknown()),
  words,
  placements: z.array(z.enum(placements)),
  state: z.enum(OFFER_STATES),
  startsAt: z.date(),
  endsAt: z.date().nullable(),
  discountId: z.string().nullable(),
  publishedAs: z.string().nullable(),
  shownVersion: z.string().nullable(),
  fault: z.string().nullable(),
  found: z.array(
    z.object({ key: z.string(), parameters: z.record(z.string(), z.union([z.string(), z.number()])).optional() }),
  ),
  withdrawn: z.boolean(),
});

const columns = sql`o.id, o.updated_at::text as version, o.kind, o.name, o.segment_id as "segmentId", o.audience_id as "audienceId", o.settings, o.words,
  o.placements, o.state, o.starts_at as "startsAt", o.ends_at as "endsAt", o.discount_id as "discountId",
  o.published_as as "publishedAs", o.shown_version::text as "shownVersion", o.fault, o.found, o.withdrawn`;

/** A deleted offer stays, unseen, until its discount is gone. */
const here = sql`o.state <> 'deleted'`;

function offerOf(row: unknown, now: Instant): Offer {
  const { fault, state, ...offer } = stored.parse(row);
  return {
    ...offer,
    state: stateAt(state, offer.startsAt, offer.endsAt, now),
    fault: fault ? (JSON.parse(fault) as Fault) : null,
  };
}

export async function readOffers(shop: Shop, tx: Tx, where: Sql = sql`true`): Promise<Offer[]> {
  const rows = await tx.rows(sql`
    select ${columns} from offer o where o.shop_id = ${shop.id} and ${here} and ${where} order by o.created_at desc, o.id`);
  return rows.map((row) => offerOf(row, shop.now()));
}

export async function readOffer(shop: Shop, tx: Tx, id: string): Promise<Offer | null> {
  const [offer] = await readOffers(shop, tx, sql`o.id = ${id}`);
  return offer ?? null;
}

/** Null clears it. */
export const setFault = (shop: Shop, tx: Tx, id: string, fault: Fault | null): Promise<number> => {
  const text = fault && JSON.stringify(fault);
  return tx.run(
    sql`update offer set fault = ${text} where shop_id = ${shop.id} and id = ${id} and fault is distinct from ${text}`,
  );
};

/** What the storefront shows from now on: these offers, as they were when they were read, and no others. */
export const noteShown = (shop: Shop, offers: Pick<Offer, "id" | "version">[]): Promise<number> =>
  shop.db.tx((tx) =>
    tx.run(sql`
      update offer o set shown_version = next.version
      from (
        select id, (select shown.version from unnest(${offers.map(({ id }) => id)}::text[], ${offers.map(({ version }) => version)}::timestamptz[])
          as shown (id, version) where shown.id = held.id) as version
        from offer held where shop_id = ${shop.id}
      ) next
      where o.shop_id = ${shop.id} and o.id = next.id and o.shown_version is distinct from next.version`),
  );
