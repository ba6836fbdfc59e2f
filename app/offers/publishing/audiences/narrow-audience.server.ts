// A kind may narrow its audience (`loyalty_tier = 'GOLD'`). Then the merchant's segment and the kind's query become one segment,
// which no list shows and which is evaluated like any other.
import type { Actor } from "../../../audit.server.ts";
import { own } from "../../../own.ts";
import { sql, type Tx } from "../../../db.server.ts";
import { UserError } from "../../../errors.ts";
import { parseFields } from "../../../fields.ts";
import { isFunction, type AttributeMap } from "../../../segments/attribute.server.ts";
import { archiveSegment } from "../../../segments/definition/archive-segment.server.ts";
import { saveSegment } from "../../../segments/definition/save-segment.server.ts";
import { readOnce } from "../../../segments/memberships/live-segment.server.ts";
import { isGroup, type Query } from "../../../segments/query/grammar/ast.ts";
import type { Shop } from "../../../shop.server.ts";
import type { Narrowing, OfferDefinition } from "../../offer.ts";
import { readOffers, stateOf } from "../../offer-rows.server.ts";
import type { Finding } from "../findings.server.ts";
import { KIND_FAILED, type OfferKinds } from "../../resolve.server.ts";

/** The part of the plugins' registry that offers need. */
export type OfferEngine = { offerKinds: OfferKinds; attributes: AttributeMap };

type Narrowed = Pick<OfferDefinition, "kind" | "name" | "segmentId" | "narrowedId" | "settings">;

/** The query that the kind adds for these settings. Null: no query. Throws a UserError if the kind fails. */
export function narrowingOf(
  engine: OfferEngine,
  { kind: name, settings }: Pick<OfferDefinition, "kind" | "settings">,
): string | null {
  const kind = own(engine.offerKinds, name);
  const read = kind && parseFields(kind.settings, settings);
  try {
    return (read?.ok && kind?.audience?.(read.value)) || null;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(KIND_FAILED);
  }
}

/** The query with locale keys for each part: the attribute's label and the value's. `said` is null if a part has no such keys. */
export function describeNarrowing(engine: OfferEngine, query: string): Narrowing {
  const read = readOnce(query, engine);
  if (Array.isArray(read)) return { query, said: null };
  const parts = isGroup(read.query) && read.query.kind === "and" ? read.query.operands : [read.query];
  const said = parts.map((part) => sayClause(engine.attributes, part));
  return { query, said: said.every((one) => one !== null) ? said : null };
}

function sayClause(attributes: AttributeMap, part: Query) {
  if (part.kind !== "compare" || part.operator.text !== "=" || part.value.kind !== "string") return null;
  const attribute = attributes[part.name.text];
  const named = attribute && !isFunction(attribute) ? attribute.named : undefined;
  const value = named instanceof Object ? named[part.value.value] : undefined;
  return attribute && value ? { label: attribute.label, value } : null;
}

type Asked = Pick<OfferDefinition, "kind" | "segmentId" | "settings">;

/** The merchant's segment and the kind's query as one query. Null: the kind adds no query. */
export async function narrowedQuery(shop: Shop, tx: Tx, engine: OfferEngine, asked: Asked): Promise<string | null> {
  const narrowing = narrowingOf(engine, asked);
  if (narrowing === null) return null;
  const base = await queryOf(shop, tx, asked.segmentId);
  return base ? `(${base}) AND (${narrowing})` : narrowing;
}

/** Makes or updates the narrowed segment and returns its id. Null: the kind does not narrow the merchant's segment. */
export async function narrowAudience(
  shop: Shop,
  tx: Tx,
  engine: OfferEngine,
  offer: Narrowed,
  actor: Actor,
): Promise<string | null> {
  const query = await narrowedQuery(shop, tx, engine, offer);
  if (query === null) return null;
  if (offer.narrowedId && (await queryOf(shop, tx, offer.narrowedId)) === query) return offer.narrowedId;
  const known = offer.narrowedId === null ? {} : { id: offer.narrowedId };
  const draft = { ...known, name: offer.name, query, origin: "offer" as const };
  const saved = await saveSegment(shop, draft, { engine, actor, within: tx });
  if (!saved.ok) throw new UserError("offers.fault.audience", {}, "segment");
  return saved.id;
}

/**
 * Updates narrowed segments, because the merchant may have changed the segments that kinds narrow. If narrowing an offer fails,
 * the offer gets a fault and stays published as it is. The other offers go on.
 */
export async function narrowAgain(shop: Shop, engine: OfferEngine): Promise<Finding[]> {
  const findings: Finding[] = [];
  await shop.db.tx(async (tx) => {
    const isNarrowed = sql`o.narrowed_id is not null and ${stateOf(shop.now())} in ('scheduled', 'active')`;
    for (const offer of await readOffers(shop, tx, isNarrowed)) {
      try {
        await narrowAudience(shop, tx, engine, offer, "worker");
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        findings.push({ offerId: offer.id, fault: error.fault });
      }
    }
  });
  return findings;
}

async function queryOf(shop: Shop, tx: Tx, segmentId: string | null): Promise<string | null> {
  if (!segmentId) return null;
  const [row] = await tx.rows<{ query: string }>(sql`
    select query from segment where shop_id = ${shop.id} and id = ${segmentId} and archived_at is null`);
  return row?.query ?? null;
}

/** Archives segments that were made for an offer which is deleted or no longer needs the segment. */
export async function archiveUnused(shop: Shop): Promise<void> {
  const unused = await shop.db.tx((tx) =>
    tx.rows<{ id: string }>(sql`
      select s.id from segment s
      where s.shop_id = ${shop.id} and s.origin = 'offer' and s.archived_at is null and not exists (
        select from offer o where o.shop_id = s.shop_id and o.narrowed_id = s.id)`),
  );
  for (const { id } of unused) await archiveSegment(shop, { id, actor: "worker" });
}
