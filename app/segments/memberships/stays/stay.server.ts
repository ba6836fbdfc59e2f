// Compares verdicts with open stays, and writes only the differences. The caller holds the membership lock.
import { openStay } from "../../../customers/open-stay.server.ts";
import { type Sql, sql, type Tx } from "../../../db.server.ts";
import type { Instant } from "../../../instant.ts";
import type { Shop } from "../../../shop.server.ts";
import type { LiveSegment, Move } from "../live-segment.server.ts";

/** `fits`: one verdict for each segment, in the order of the segments. */
export type Verdict = { customer: string; fits: readonly boolean[]; lastOrderAt: Instant | null };

/** A customer who matches a segment and has no open stay, or has an open stay and does not match. */
export type Difference = {
  segment: LiveSegment;
  customer: string;
  entered: boolean;
  /** The earliest instant of the move: the start of the stay that ends, or the end of the last stay. Null: any instant. */
  notBefore: Instant | null;
  lastOrderAt: Instant | null;
};

type Compared = {
  segments: readonly LiveSegment[];
  verdicts: readonly Verdict[];
  /** A condition on stays: those of the judged segments and customers. */
  scope: (segmentId: Sql, customerId: Sql) => Sql;
  /** The instant of the verdicts. A customer who entered or left later is skipped: the later move is newer than the verdict. */
  upTo?: Instant;
};

type Stays = { segment: string; customer: string; entered: Instant | null; ended: Instant | null };

const keyOf = (segment: string, customer: string): string => `${segment} ${customer}`;

export async function findDifferences(
  shop: Shop,
  tx: Tx,
  { segments, verdicts, scope, upTo }: Compared,
): Promise<Difference[]> {
  const rows = await tx.rows<Stays>(sql`
    select m.segment_id as segment, m.customer_id as customer, max(m.entered_at) filter (where ${openStay}) as entered,
      max(m.left_at) as ended
    from membership m where m.shop_id = ${shop.id} and ${scope(sql`m.segment_id`, sql`m.customer_id`)} group by 1, 2`);
  const stays = new Map(rows.map((row) => [keyOf(row.segment, row.customer), row]));
  const isKnown = (at: Instant | null): boolean => !upTo || at === null || at <= upTo;
  const belong = new Set<string>();
  const found: Difference[] = [];
  for (const { customer, fits, lastOrderAt } of verdicts) {
    for (const [at, segment] of segments.entries()) {
      if (!fits[at]) continue;
      const key = keyOf(segment.id, customer);
      belong.add(key);
      const { entered = null, ended = null } = stays.get(key) ?? {};
      if (entered || !isKnown(ended)) continue;
      found.push({ segment, customer, entered: true, notBefore: ended, lastOrderAt });
    }
  }
  const byId = new Map(segments.map((segment) => [segment.id, segment]));
  const lastOrders = new Map(verdicts.map(({ customer, lastOrderAt }) => [customer, lastOrderAt]));
  for (const [key, { segment: id, customer, entered }] of stays) {
    const segment = byId.get(id);
    if (!segment || !entered || belong.has(key) || !isKnown(entered)) continue;
    found.push({
      segment,
      customer,
      entered: false,
      notBefore: entered,
      lastOrderAt: lastOrders.get(customer) ?? null,
    });
  }
  return found;
}

/** The cause and the instant of a move. `depth` as in `Cause`. */
export type Reason = { cause: string; at: Instant; depth?: number };

/** Writes moves. A move is dated by its reason, but not after `now` and not before `notBefore`, so that stays never overlap. */
export async function writeMoves(
  shop: Shop,
  tx: Tx,
  now: Instant,
  differences: readonly (Difference & Reason)[],
): Promise<Move[]> {
  const moves = differences.map(({ segment, customer, entered, notBefore, cause, at, depth = 0 }) => ({
    segment: segment.id,
    version: segment.version,
    customer,
    entered,
    notBefore,
    at: new Date(Math.max(Math.min(Number(at), Number(now)), Number(notBefore ?? 0))),
    cause,
    ...(depth > 0 && { depth }),
  }));
  const recorded = sql`${now.toISOString()}::timestamptz`;
  const left = moves.filter(({ entered }) => !entered);
  if (left.length > 0) {
    await tx.run(sql`
      update membership m set left_at = row.at, left_recorded_at = ${recorded}, left_version = row.version, left_cause = row.cause
      from ${rowsOf(left)} where m.shop_id = ${shop.id} and m.segment_id = row.segment and m.customer_id = row.customer
        and m.entered_at = row.began`);
  }
  const entered = moves.filter((move) => move.entered);
  if (entered.length > 0) {
    await tx.run(sql`
      insert into membership
        (shop_id, segment_id, customer_id, entered_at, entered_recorded_at, entered_version, entered_cause)
      select ${shop.id}, row.segment, row.customer, row.at, ${recorded}, row.version, row.cause from ${rowsOf(entered)}
      -- A conflict is possible only with a stay that ended when it started. Such a stay has no length: at no instant was the customer a
      -- member by it. So the new stay replaces it, with its own reason, and the customer's membership at each instant stays the same.
      on conflict (shop_id, segment_id, customer_id, entered_at) do update set entered_recorded_at = excluded.entered_recorded_at,
        entered_version = excluded.entered_version, entered_cause = excluded.entered_cause,
        left_at = null, left_recorded_at = null, left_version = null, left_cause = null`);
  }
  return moves.map(({ notBefore: _, ...move }) => move);
}

type Ending = Reason & { segment: LiveSegment; customers: readonly string[] };

/** Ends the open stays of customers who do not match at an instant. A stay that began later is newer than the verdict. */
export async function endStays(shop: Shop, tx: Tx, { segment, customers, cause, at }: Ending): Promise<Move[]> {
  if (customers.length === 0) return [];
  const { id, version } = segment;
  const rows = await tx.rows<{ customer: string }>(sql`
    update membership m set left_at = ${at}::timestamptz, left_recorded_at = ${shop.now()}::timestamptz,
      left_version = ${version}, left_cause = ${cause}
    where m.shop_id = ${shop.id} and m.segment_id = ${id} and m.customer_id = any(${customers}::text[])
      and ${openStay} and m.entered_at <= ${at}::timestamptz
    returning m.customer_id as customer`);
  return rows.map(({ customer }) => ({ segment: id, version, customer, entered: false, at, cause }));
}

const rowsOf = (moves: readonly (Move & { notBefore: Instant | null })[]): Sql => sql`
  unnest(${moves.map(({ segment }) => segment)}::text[], ${moves.map(({ customer }) => customer)}::text[],
    ${moves.map(({ version }) => version)}::int[], ${moves.map(({ notBefore }) => notBefore?.toISOString() ?? null)}::timestamptz[],
    ${moves.map(({ at }) => at.toISOString())}::timestamptz[], ${moves.map(({ cause }) => cause)}::text[])
    as row (segment, customer, version, began, at, cause)`;
