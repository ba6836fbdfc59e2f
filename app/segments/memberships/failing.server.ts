// A plugin's attribute that throws or takes too long pauses the segments that use the attribute. Other segments go on.
import { isLostConnection, isStillHeld, setLocal, type Sql, sql, trusted, type Tx } from "../../db.server.ts";
import { PluginMistake } from "../../errors.ts";
import { isOverTime } from "../../timed-read.server.ts";
import { enqueue } from "../../queue.server.ts";
import type { Shop } from "../../shop.server.ts";
import { NoAnswer } from "../../time-limit.ts";
import type { Moment } from "../attribute.server.ts";
import { type Engine, FAILED, isRunning, type LiveSegment, readOnce } from "./live-segment.server.ts";
import { figures } from "../figures.server.ts";
import { planned } from "./plan.server.ts";
import { type Clause, clausesOf, type Query } from "../query/grammar/ast.ts";
import { AttributeFailed, compile } from "../query/compile/compile.server.ts";

/** Time limits of a statement: many segments over a batch, one segment over a batch, one segment over a part of the shop. */
export const BATCH_TIMEOUT_MS = 3000;
export const SEGMENT_TIMEOUT_MS = 3000;
export const CHUNK_TIMEOUT_MS = 10_000;

const FIRST_PAUSE = "1 minute";
const MAX_PAUSE = "6 hours";

/** SQLSTATE classes of the connection, the transaction, constraints, triggers, resources, operators and the system, and no code. */
const NOT_OF_THE_STATEMENT = /^(08|23|25|28|40|53|55|57|58|F0|P0|XX|$)/;

/** Whether the statement or its data cause the error, so a plugin's attribute, and not the server or the connection. */
export const isStatementError = (error: unknown): boolean =>
  error instanceof AttributeFailed || sqlStateOf(error) === BIND_ERROR || !NOT_OF_THE_STATEMENT.test(sqlStateOf(error));

/** PostgreSQL's answer to a statement with more than 65,535 parameters. Its class is that of the connection, which stays. */
const BIND_ERROR = "08P01";

/** An exception of our own code, such as a RangeError. An error of the connection looks the same, and ends the savepoint too. */
const isException = (error: unknown): boolean => sqlStateOf(error) === "";

/** Empty for an error that is not the database's. */
const sqlStateOf = (error: unknown): string => /^[0-9A-Z]{5}$/.exec((error as { code?: string }).code ?? "")?.[0] ?? "";

export type Tried<T> = { ok: true; value: T } | { ok: false; error: unknown };

/**
 * Runs `work` in a savepoint and with a time limit, so that a failure keeps what the transaction did before. A statement that sets
 * another shop is a failure. Throws errors of the server and of the connection. An attempt within an attempt is possible: the time limit then ends with the inner attempt.
 */
export async function attempt<T>(
  shop: Pick<Shop, "id">,
  tx: Tx,
  limitMs: number,
  work: () => Promise<T>,
): Promise<Tried<T>> {
  await tx.run(trusted(`savepoint attempt`));
  await setLocal(tx, "statement_timeout", String(limitMs));
  try {
    const value = await work();
    await setLocal(tx, "statement_timeout");
    await tx.run(trusted(`${isStillHeld(shop.id)}; release savepoint attempt`));
    return { ok: true, value };
  } catch (error) {
    const isLate = isOverTime(error);
    if (!isLate && !isStatementError(error) && !isException(error)) throw error;
    // Throws where the connection is lost.
    await tx.run(trusted(`rollback to savepoint attempt; release savepoint attempt`));
    return { ok: false, error: isLate ? new NoAnswer(limitMs) : error };
  }
}

const markAttribute = async (engine: Engine, tx: Tx, { attribute, cause, compose }: AttributeFailed) =>
  engine.attributeFailed?.(tx, attribute, cause, compose);

/** `compose`: the predicate that a member of the attribute gives; null where it gives none. */
type Member = { attribute: string; compose: () => Sql | null };

/**
 * Marks the plugin where its attribute's `flips` or `history` failed: among `members`, the first that the database refuses alone, for
 * these customers. The segment goes on without: its verdicts need neither.
 */
export async function markMember(
  { shop, tx, engine }: { shop: Shop; tx: Tx; engine: Engine },
  error: unknown,
  members: readonly Member[],
  among: Sql = sql`true`,
): Promise<void> {
  if (error instanceof AttributeFailed) await markAttribute(engine, tx, error);
  if (error instanceof NoAnswer || error instanceof AttributeFailed) return;
  for (const { attribute, compose } of members) {
    const tried = await attempt(shop, tx, SEGMENT_TIMEOUT_MS, async () => {
      const fits = compose();
      if (fits)
        await tx.rows(sql`select count(*) from customer c where c.shop_id = ${shop.id} and ${among} and ${fits}`);
    });
    if (!tried.ok && !(tried.error instanceof NoAnswer))
      return engine.attributeFailed?.(tx, attribute, tried.error, compose);
  }
}

/** Null where an attribute of the query fails, so that the page is shown all the same. */
export async function nullIfFailing<T>(shop: Shop, read: () => Promise<T>): Promise<{ found: T } | null> {
  try {
    return { found: await read() };
  } catch (error) {
    if (!isStatementError(error)) throw error;
    shop.log.error({ err: error as Error }, "a query could not be answered");
    return null;
  }
}

type Failure = {
  segment: Pick<LiveSegment, "id" | "query">;
  error: unknown;
  moment: Moment;
  kind: "batch" | "shop";
  /** A condition on the id of the customers for whom the statement failed. */
  among: (id: Sql) => Sql;
};

/**
 * Marks the segment, every other segment with the failing attribute, and the attribute's plugin. After a lost connection the plugins of
 * all attributes of the query are marked, because any of them may have ended it. Returns the segments' ids.
 */
export async function markFailed(shop: Shop, tx: Tx, engine: Engine, failure: Failure): Promise<string[]> {
  const { segment, error } = failure;
  const name = await failingAttribute(shop, tx, engine, failure);
  shop.log.error({ err: error, segment: segment.id, attribute: name }, "a segment could not be evaluated");
  if (isLostConnection(error)) await markSuspected(tx, engine, segment.query);
  else if (error instanceof AttributeFailed) await markAttribute(engine, tx, error);
  else if (name !== null) await engine.attributeFailed?.(tx, name, error);
  const ids = new Set([segment.id, ...(name === null ? [] : await segmentsWith(shop, tx, engine, name))]);
  const now = shop.now().toISOString();
  await tx.run(sql`
    insert into segment_figures as held (shop_id, segment_id, version, evaluated_at, fault, next_evaluation_at)
    select tried.shop_id, tried.id, tried.version, coalesce(tried.at, ${now}::timestamptz),
      case when tried.times = 1 then ${FAILED}::text else ${FAILED}::text || ' ' || tried.times end,
      (${now}::timestamptz at time zone 'UTC'
        + least(${FIRST_PAUSE}::interval * power(2, least(tried.times, 20) - 1), ${MAX_PAUSE}::interval)) at time zone 'UTC'
    from (select s.shop_id, s.id, s.query_version as version, f.evaluated_at as at,
        case when ${isRunning} then 1 else coalesce(substring(f.fault from '\\d+')::int, 1) + 1 end as times
      from segment s ${figures} where s.shop_id = ${shop.id} and s.id = any(${[...ids]}::text[])) tried
    on conflict (shop_id, segment_id) do update set version = excluded.version, evaluated_at = excluded.evaluated_at,
      fault = excluded.fault, next_evaluation_at = excluded.next_evaluation_at`);
  return [...ids];
}

async function markSuspected(tx: Tx, engine: Engine, query: Query): Promise<void> {
  const names = namesOf(clausesOf(query));
  for (const name of names) {
    const others = names.filter((each) => each !== name).join(", ");
    const also = others && `, or the SQL of another attribute of the same segment does (${others})`;
    await engine.attributeFailed?.(tx, name, new PluginMistake(`its SQL ends the connection to the database${also}`));
  }
}

/** Queues an evaluation of each segment with one of the attributes. A pause after a failure ends. */
export async function evaluateAnew(shop: Shop, tx: Tx, attributes: readonly string[]): Promise<void> {
  const segments = await tx.rows<{ id: string }>(sql`
    select id from segment where shop_id = ${shop.id} and archived_at is null
      and regexp_split_to_array(query, '[^A-Za-z0-9_.]+') && ${attributes}::text[] order by id`);
  await tx.run(sql`
    update segment_figures set next_evaluation_at = null
    where shop_id = ${shop.id} and segment_id = any(${segments.map(({ id }) => id)}::text[])`);
  for (const { id } of segments) await enqueue("segments.evaluate", { shop: shop.id, segment: id }, tx);
}

async function segmentsWith(shop: Shop, tx: Tx, engine: Engine, name: string): Promise<string[]> {
  const rows = await tx.rows<{ id: string; query: string }>(sql`
    select id, query from segment where shop_id = ${shop.id} and archived_at is null
      and ${name} = any(regexp_split_to_array(query, '[^A-Za-z0-9_.]+'))`);
  const asks = (text: string) => {
    const read = readOnce(text, engine);
    return !Array.isArray(read) && namesOf(clausesOf(read.query)).includes(name);
  };
  return rows.filter(({ query }) => asks(query)).map(({ id }) => id);
}

const namesOf = (clauses: Clause[]): string[] => [...new Set(clauses.map(({ name }) => name.text))];

/** The attribute that fails when its clause runs alone. Null where every clause alone succeeds. */
async function failingAttribute(shop: Shop, tx: Tx, { attributes }: Engine, failure: Failure): Promise<string | null> {
  const { segment, error, moment, kind, among } = failure;
  if (error instanceof AttributeFailed) return error.attribute;
  const clauses = clausesOf(segment.query);
  const names = namesOf(clauses);
  if (names.length === 1) return names[0] ?? null;
  // A clause that is tried would take this connection, too.
  if (isLostConnection(error)) return null;
  for (const clause of clauses) {
    const tried = await attempt(shop, tx, SEGMENT_TIMEOUT_MS, () =>
      planned(tx, kind, () =>
        tx.rows(sql`select count(*) from customer c
          where c.shop_id = ${shop.id} and ${among(sql`c.id`)} and ${compile(clause, attributes, moment)}`),
      ),
    );
    if (!tried.ok) return clause.name.text;
  }
  return null;
}
