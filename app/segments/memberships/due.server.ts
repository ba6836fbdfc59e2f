// Writes the moves that time alone caused since a segment's last evaluation: day by day, for the customers whom time may have
// moved.
import { join, type Sql, sql, type Tx } from "../../db.server.ts";
import { nextMidnight } from "../../local-time.ts";
import type { Shop } from "../../shop.server.ts";
import type { Moment, Window } from "../attribute.server.ts";
import { attempt, CHUNK_TIMEOUT_MS } from "./failing.server.ts";
import type { LiveSegment, Move } from "./live-segment.server.ts";
import { planned } from "./plan.server.ts";
import { compile } from "../query/compile/compile.server.ts";
import { mayDiffer } from "../query/compile/flips.server.ts";
import { findDifferences, type Verdict, writeMoves } from "./stays/stay.server.ts";
import type { Instant } from "../../instant.ts";

/** After more days than this the whole shop is evaluated instead. */
const MAX_DAYS = 60;

/** Null where the whole shop must be evaluated: any customer may differ, the last evaluation is too old, or a statement failed. */
export async function judgeSince(
  shop: Shop,
  tx: Tx,
  segment: LiveSegment,
  since: Instant,
  moment: Moment,
): Promise<Move[] | null> {
  const midnights = midnightsSince(since, moment);
  if (midnights === null) return null;
  const tried = await attempt(tx, CHUNK_TIMEOUT_MS, () =>
    planned(tx, "batch", async () => {
      const moves: Move[] = [];
      let from = since;
      for (const midnight of midnights) {
        const isLast = midnight === midnights.at(-1);
        const to = isLast ? moment.now : midnight;
        const day = await judgeDay(shop, tx, segment, { from, to, timeZone: moment.timeZone }, { midnight, isLast });
        if (day === null) return null;
        moves.push(...day);
        from = to;
      }
      return moves;
    }),
  );
  return tried.ok ? tried.value : null;
}

/** The midnights that came after an instant, up to now; null where there are too many, or none. */
export function midnightsSince(since: Instant, { now, timeZone }: Moment): Instant[] | null {
  const midnights: Instant[] = [];
  for (let at = nextMidnight(since, timeZone); at <= now; at = nextMidnight(at, timeZone)) {
    midnights.push(at);
    if (midnights.length > MAX_DAYS) return null;
  }
  return midnights.length > 0 ? midnights : null;
}

type Day = { midnight: Instant; isLast: boolean };

async function judgeDay(
  shop: Shop,
  tx: Tx,
  segment: LiveSegment,
  window: Window,
  { midnight, isLast }: Day,
): Promise<Move[] | null> {
  const { id, query, attributes, timing } = segment;
  const differing = mayDiffer(query, attributes, window);
  if (differing === null) return null;
  if (differing.length === 0) return [];
  const moment = { now: window.to, timeZone: window.timeZone };
  const verdicts = await tx.rows<Verdict>(sql`
    select c.id as customer, array[(${compile(query, attributes, moment)}) is true] as fits, null::timestamptz as "lastOrderAt"
    from customer c where c.shop_id = ${shop.id} and ${anyOf(shop, differing)}`);
  const ids = verdicts.map(({ customer }) => customer);
  const differences = await findDifferences(shop, tx, {
    segments: [segment],
    verdicts,
    scope: (segmentId, customer) => sql`${segmentId} = ${id} and ${customer} = any(${ids}::text[])`,
    ...(isLast ? {} : { upTo: midnight }),
  });
  // A relative date changes at midnight. For other attributes only the instant of the evaluation is known.
  const at = timing === "days" ? midnight : window.to;
  const dated = differences.map((difference) => ({ ...difference, cause: "time", at }));
  return writeMoves(shop, tx, shop.now(), dated);
}

/** Several predicates become a union of statements, so that each predicate can use an index of its own. */
function anyOf(shop: Shop, predicates: Sql[]): Sql {
  const [first, ...others] = predicates;
  if (first && others.length === 0) return first;
  const found = predicates.map((one) => sql`select c.id from customer c where c.shop_id = ${shop.id} and ${one}`);
  return sql`c.id in (${join(found, " union ")})`;
}
