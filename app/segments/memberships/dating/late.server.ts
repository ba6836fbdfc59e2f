// Dates a move whose change happened on an earlier day, after which time may have changed the verdict again. The verdict of today is
// dated on the first day from which it holds without a break.
import { join, type Sql, sql, type Tx } from "../../../db.server.ts";
import type { Instant } from "../../../instant.ts";
import { addDays, dayAt, startOfDay } from "../../../local-time.ts";
import type { Shop } from "../../../shop.server.ts";
import { isFunction, type Moment } from "../../attribute.server.ts";
import { clausesOf } from "../../query/grammar/ast.ts";
import { compile } from "../../query/compile/compile.server.ts";
import { mayDiffer } from "../../query/compile/flips.server.ts";
import type { LiveSegment } from "../live-segment.server.ts";
import { rowsWithin, type Select, verdictsAt, type Work } from "./work.server.ts";

type Late = { customer: string; at: Instant };

const DAY_MS = 86_400_000;
/** The verdict of every customer may change on every day. */
const EVERY_DAY = "every day";

/** By customer. Null where the work is too much. */
export async function lateSince(
  shop: Shop,
  tx: Tx,
  { query, attributes }: LiveSegment,
  late: readonly Late[],
  { now, timeZone }: Moment,
  work: Work,
): Promise<Map<string, Instant> | null> {
  const first = dayAt(new Date(Math.min(...late.map(({ at }) => Number(at)))), timeZone);
  const [from, to] = [first, dayAt(now, timeZone)].map((day) => Number(startOfDay(day, "UTC")));
  const days = Math.round((Number(to) - Number(from)) / DAY_MS);
  const midnight = (day: number) => startOfDay(addDays(first, day), timeZone);
  const differing = (window: Span) =>
    mayDiffer(query, attributes, { from: midnight(window.from), to: midnight(window.to), timeZone })?.map(
      ({ who }) => who,
    ) ?? null;

  const customers = late.map(({ customer }) => customer);
  // The `flips` of an attribute may hold for the two ends of a window and not for the days between.
  const isWhole = clausesOf(query).every(({ name }) => {
    const entry = attributes[name.text];
    return entry !== undefined && (isFunction(entry) || entry.flips === undefined);
  });
  const root = { from: 0, to: days };
  const changing =
    isWhole && differing(root) !== null
      ? await daysOfChange(shop, tx, { ...root, customers }, differing, work)
      : EVERY_DAY;
  if (changing === null) return null;

  const everyDay = changing === EVERY_DAY ? Array.from({ length: days + 1 }, (_, day) => day) : [];
  const pointsOf = (customer: string) => (changing === EVERY_DAY ? everyDay : [0, ...(changing.get(customer) ?? [])]);
  const bySameDays =
    changing === EVERY_DAY
      ? [customers]
      : Map.groupBy(customers, (customer) => (changing.get(customer) ?? []).join()).values();
  const asked = [...bySameDays].map((same) => ({
    customers: same,
    points: pointsOf(same[0] ?? ""),
    fitsAt: (day: number) => sql`(${compile(query, attributes, { now: midnight(day), timeZone })}) is true`,
  }));
  const verdicts = await verdictsAt(
    { shopId: shop.id, tx, work },
    asked.filter(({ points }) => points.length > 1),
  );
  if (verdicts === null) return null;
  return new Map(
    late.map(({ customer, at }) => {
      const fits = verdicts.get(customer) ?? [];
      const points = pointsOf(customer);
      const became = midnight(points[fits.findLastIndex((fit) => fit !== fits.at(-1)) + 1] ?? 0);
      return [customer, became > at ? became : at];
    }),
  );
}

/** Days between two midnights, counted from the first. */
type Span = { from: number; to: number };

/**
 * The days, by customer and oldest first, on which the verdict may differ from the day before. A span of days is halved until it is
 * one day, for the customers whose verdict may differ within the span.
 */
async function daysOfChange(
  shop: Shop,
  tx: Tx,
  root: Span & { customers: string[] },
  differing: (span: Span) => Sql[] | null,
  work: Work,
): Promise<Map<string, number[]> | null> {
  const found = new Map<string, number[]>();
  let spans = root.to > root.from ? [root] : [];
  while (spans.length > 0) {
    // A span's statement is composed when the work is counted: where the work is too much, the other spans are not composed.
    const asked: typeof spans = [];
    function* selects(): Generator<Select> {
      for (const span of spans) {
        const may = differing(span) ?? [sql`true`];
        if (may.length === 0) continue;
        const select = sql`select ${asked.length}::int as at, c.id as customer from customer c
          where c.shop_id = ${shop.id} and c.id = any(${span.customers}::text[]) and (${join(may, " or ")})`;
        asked.push(span);
        yield { select, customers: span.customers.length };
      }
    }
    const rows = await rowsWithin<{ at: number; customer: string }>(tx, work, selects());
    if (rows === null) return null;
    const moved = Map.groupBy(rows, ({ at }) => at);
    spans = asked.flatMap(({ from, to }, at) => {
      const customers = (moved.get(at) ?? []).map(({ customer }) => customer);
      if (customers.length === 0) return [];
      if (to - from > 1) {
        const middle = Math.floor((from + to) / 2);
        return [
          { from, to: middle, customers },
          { from: middle, to, customers },
        ];
      }
      for (const customer of customers) found.set(customer, [...(found.get(customer) ?? []), to]);
      return [];
    });
  }
  for (const days of found.values()) days.sort((one, other) => one - other);
  return found;
}
