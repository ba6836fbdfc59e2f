// Holds a plugin's SQL to what the plugin may do: read the plugin's own shop. Row-level security keeps the rows of other shops from
// it. This file refuses what could lift that: another setting, text that runs as SQL, the database's own functions and tables, and
// the queue, whose rows belong to all shops.
import { isSql, join, trusted, type Sql } from "../../../db.server.ts";
import { PluginMistake } from "../../../errors.ts";
import { type Lexeme, lexemesOf } from "./lexemes.ts";

/** The first word of a statement that reads. */
const READS = ["select", "with", "values"];

/** The first two words of what writes. An update within a part is refused by the database. */
const WRITES = ["insert into", "delete from", "merge into"];

/** Functions that set something, that run a text as SQL, or that write files. Extensions of PostgreSQL have some of them. */
const FUNCTIONS =
  /^(?:set_config|setval|nextval|keep_activity|(?:query|cursor|table|schema|database)_to_xml\w*|ts_stat|ts_rewrite|dblink\w*|crosstab\w*|connectby|xpath_table|run_command_on_\w+|lo_\w+|loread|lowrite)$/;

/** Names of the database itself: functions such as pg_terminate_backend, and tables such as pg_settings. */
const SYSTEM = /^pg_/;
/** The limits of time end what sleeps. The last two say whether a text can be cast. */
const HARMLESS = ["pg_sleep", "pg_typeof", "pg_input_is_valid", "pg_input_error_info"];
const QUEUE = "pgboss";

/** A whole statement: `tx.rows` and `tx.run` of a plugin. */
export const heldStatement = (statement: Sql): Sql => held(statement, statementFault);

/** A part of the core's statement, such as an attribute's SQL. A line break ends the comment that may stand at its end. */
export function heldPart(part: Sql): Sql {
  const safe = held(part, partFault);
  return isSql(safe) ? join([safe, trusted("\n")], "") : safe;
}

function statementFault(lexemes: readonly Lexeme[]): string | null {
  const first = lexemes.find(({ text }) => text !== "(");
  const isOne = lexemes.findIndex(isEnd) === -1 || lexemes.findIndex(isEnd) === lexemes.length - 1;
  return first?.kind === "name" && READS.includes(first.text) && isOne
    ? null
    : "its SQL is not one statement that reads: begin it with select, with or values, and write with `records`";
}

const DEPTH: Partial<Record<string, number>> = { "(": 1, "[": 1, ")": -1, "]": -1 };

function partFault(lexemes: readonly Lexeme[]): string | null {
  if (lexemes.some(({ text }, at) => WRITES.includes(`${text} ${lexemes[at + 1]?.text}`)))
    return "its SQL writes, and it may only read: write with `records` in a handler or a job";
  const [first] = lexemes;
  // Outside parentheses, a comma separates the columns of a query, and elsewhere two expressions.
  const ends = first?.kind === "name" && READS.includes(first.text) ? [";"] : [";", ","];
  let open = 0;
  let isOne = true;
  for (const { kind, text } of lexemes) {
    if (kind !== "sign") continue;
    open += DEPTH[text] ?? 0;
    if (open < 0 || (open === 0 && ends.includes(text))) isOne = false;
  }
  return open === 0 && isOne && !lexemes.some(isEnd)
    ? null
    : "its SQL is not one expression: close each parenthesis that it opens, and write no semicolon and no comma outside parentheses";
}

const isEnd = ({ kind, text }: Lexeme): boolean => kind === "sign" && text === ";";

/** https://www.postgresql.org/docs/current/sql-select.html#SQL-FOR-UPDATE-SHARE */
const LOCKS = /^for (?:update|no key update|share|key share)(?: |$)/;

function nameFault(lexemes: readonly Lexeme[]): string | null {
  for (const [at, { kind, text }] of lexemes.entries()) {
    if (kind !== "name") continue;
    const clause =
      text === "for"
        ? lexemes
            .slice(at, at + 4)
            .map((each) => each.text)
            .join(" ")
        : "";
    if (LOCKS.test(clause)) return "its SQL locks rows (for update, for share). Take that out: it only reads";
    if (text === QUEUE) return "its SQL names the queue pgboss, which all shops share. Take that out";
    if (SYSTEM.test(text) && !HARMLESS.includes(text))
      return `its SQL names ${text}, which is the database's own. Take that out`;
    const next = lexemes[at + 1];
    if (FUNCTIONS.test(text) && next?.kind === "sign" && next.text === "(")
      return text === "set_config"
        ? "its SQL sets which shop it is held to. Take that out: it reads its own shop alone"
        : `its SQL calls ${text}, which does more than read. Take that out`;
  }
  return null;
}

type Rule = typeof statementFault;

function held(given: Sql, rule: Rule): Sql {
  // Another value is refused where it is used, by a sentence of its own.
  if (typeof given?.text !== "string") return given;
  const fault = faultOnce(given.text, rule);
  if (fault !== null) throw new PluginMistake(fault);
  return given;
}

const MAX_CACHED = 2000;
const LONGEST_CACHED = 10_000;
const caches = new Map<Rule, Map<string, string | null>>();

/** Membership composes the same texts for each batch: their values are parameters. A text is split once. */
function faultOnce(text: string, rule: Rule): string | null {
  const cache = caches.get(rule) ?? new Map<string, string | null>();
  if (cache.size > MAX_CACHED) cache.clear();
  caches.set(rule, cache);
  let fault = cache.get(text);
  if (fault !== undefined) return fault;
  fault = faultOf(text, rule);
  if (text.length <= LONGEST_CACHED) cache.set(text, fault);
  return fault;
}

function faultOf(text: string, rule: Rule): string | null {
  const split = lexemesOf(text);
  if (!split.ok) return `its SQL ${split.fault}. Write it in another way`;
  return nameFault(split.lexemes) ?? rule(split.lexemes);
}
