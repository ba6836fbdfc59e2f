// Writes the moves that time alone caused since a segment's last evaluation: day by day, for the customers whom time may have
// moved. A customer is read once, and a stay that ends is read once.
import { join, sql, type Tx } from "../../db.server.ts";
import { openStay } from "../../customers/open-stay.server.ts";
import { nextMidnight } from "../../local-time.ts";
import type { Shop } from "../../shop.server.ts";
import type { Moment, Window } from "../attribute.server.ts";
import { attempt, CHUNK_TIMEOUT_MS, markMember } from "./failing.server.ts";
import type { Engine, LiveSegment, Move } from "./live-segment.server.ts";
import { planned } from "./plan.server.ts";
import { clausesOf } from "../query/grammar/ast.ts";
import { compile } from "../query/compile/compile.server.ts";
import { compileFrom, mayDiffer } from "../query/compile/flips.server.ts";
import { endStays, findDifferences, writeMoves } from "./stays/stay.server.ts";
import type { Instant } from "../../instant.ts";

/** After more days than this the whole shop is evaluated instead. */
const MAX_DAYS = 60;

/** Null where the whole shop must be evaluated: any customer may differ, the last evaluation is too old, or a statement failed. */
export async function judgeSince(
  shop: Shop,
  tx: Tx,
  engine: Engine,
  segment: LiveSegment,
  since: Instant,
  moment: Moment,
): Promise<Move[] | null> {
  const midnights = midnightsSince(since, moment);
  if (midnights === null) return null;
  const tried = await attempt(shop, tx, CHUNK_TIMEOUT_MS, () =>
    planned(tx, "batch", async () => {
      const moves: Move[] = [];
      let from = since;
      // Relative dates change at midnights. Other values may change at any time, up to now.
      for (const to of [...midnights, moment.now]) {
        const moved = await judgeWindow(shop, tx, segment, { from, to, timeZone: moment.timeZone });
        if (moved === null) return null;
        moves.push(...moved);
        from = to;
      }
      return moves;
    }),
  );
  if (tried.ok) return tried.value;
  const window = { from: since, to: moment.now, timeZone: moment.timeZone };
  const members = clausesOf(segment.query).map((clause) => ({
    attribute: clause.name.text,
    compose: () => {
      const differing = mayDiffer(clause, segment.attributes, window) ?? [];
      return differing.length > 0
        ? sql`(${join(
            differing.map(({ who }) => who),
            " or ",
          )})`
        : null;
    },
  }));
  await markMember({ shop, tx, engine }, tried.error, members);
  return null;
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

type Judged = { customer: string; member: boolean; fits: boolean };

/** The moves of a window, dated at the window's end: at a midnight where a relative date moves the customer. */
async function judgeWindow(shop: Shop, tx: Tx, segment: LiveSegment, window: Window): Promise<Move[] | null> {
  const { id, query, attributes } = segment;
  const { to, timeZone } = window;
  const moment = { now: to, timeZone };
  const differing = mayDiffer(query, attributes, window);
  if (differing === null) return null;
  if (differing.length === 0) return [];
  // A scalar subquery: for EXISTS, PostgreSQL may read all stays of the segment. ORDER BY has it use the index that has left_at, so that
  // the stay itself is not read.
  const member = sql`(select true from membership m where m.shop_id = ${shop.id} and m.segment_id = ${id}
    and m.customer_id = c.id and ${openStay} order by m.left_at limit 1) is true`;
  // Indexes tell of most customers that they neither enter nor leave, so that their rows are not read. A union of statements, so that each
  // predicate can use an index of its own. OFFSET 0 keeps the statements apart: otherwise PostgreSQL may read the customer's row first, or
  // all of the shop's orders for an EXISTS.
  const found = differing.map(
    ({ who, columns }) => sql`(
      select c.id, told.member from customer c, lateral (
        select ${member} as member, ${compileFrom(columns, query, attributes, moment)} as fits offset 0) told
      where c.shop_id = ${shop.id} and (${who}) and told.fits is distinct from told.member offset 0)`,
  );
  const judged = await tx.rows<Judged>(sql`
    select c.id as customer, found.member, verdict.fits from (${join(found, " union ")}) found
    join customer c on c.shop_id = ${shop.id} and c.id = found.id, lateral (
      select (${compile(query, attributes, moment)}) is true as fits offset 0) verdict`);
  const moved = (entered: boolean) =>
    judged.flatMap(({ customer, member, fits }) => (fits === entered && member !== entered ? [customer] : []));
  const reason = { cause: "time", at: to };
  const left = await endStays(shop, tx, { segment, customers: moved(false), ...reason });
  const entrants = moved(true);
  if (entrants.length === 0) return left;
  const entering = await findDifferences(shop, tx, {
    segments: [segment],
    verdicts: entrants.map((customer) => ({ customer, fits: [true], lastOrderAt: null })),
    scope: (segmentId, customer) => sql`${segmentId} = ${id} and ${customer} = any(${entrants}::text[])`,
    upTo: to,
  });
  const entered = await writeMoves(
    shop,
    tx,
    shop.now(),
    entering.map((difference) => ({ ...difference, ...reason })),
  );
  return [...left, ...entered];
}
