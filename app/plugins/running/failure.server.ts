// Names a plugin's failure by what failed and where. The error's message is left out, because a message may hold personal data.
import fs from "node:fs";
import path from "node:path";
import pg from "pg";
import { PluginMistake } from "../../errors.ts";
import { definedAt } from "../contract/defined-at.ts";
import { PROJECT } from "../../project.server.ts";
import { NoAnswer } from "../../time-limit.ts";

const root = PROJECT + path.sep;

const NAME = /^[A-Z]\w{0,60}Error$/;
const FRAME = /^\s+at (?:async )?(?:[^(]*\()?(?:file:\/\/)?(\/[^()]*):(\d+):\d+\)?$/;
/** A longer line is no frame: a message may quote anything. */
const LONGEST_LINE = 2000;
/** A file of the ground, such as `app/db.server.ts`: every failed statement has a line there, so the line says nothing. */
const GROUND_FILE = /^app\/[^/]+$/;
/** A file in a plugin's folder, or a file outside the app, such as a test's plugin. */
const PLUGIN_FILE = /^app\/plugins\/(?!(?:contract|running)\/)[^/]+\/|^(?!app\/|build\/)/;

/** Errors that the core's code throws for a mistake of a plugin: refused SQL, and a refused value. */
const CORE_ERRORS = [pg.DatabaseError, PluginMistake];

/**
 * `what`: the member that failed, such as `job recount`. `written`: the stack of the place where the plugin wrote the SQL that failed.
 */
export type Failed = { plugin?: string; what?: string; written?: string | undefined };

/**
 * Returns such as `TypeError at app/plugins/loyalty/plugin.server.ts:42`. The line is the plugin's own line if a stack has one, else
 * the line that defines the member, else the line that defines the plugin.
 */
export function nameFailure(error: unknown, { plugin, what: member, written }: Failed = {}): string {
  const isLate = error instanceof NoAnswer;
  const stack = (isLate ? error.underWay : error instanceof Error ? error.stack : undefined) ?? "";
  const isOfCore = isLate || CORE_ERRORS.some((kind) => error instanceof kind);
  const place =
    placeIn(written ?? "", { plugin, isOfCore: true }) ??
    placeIn(stack, { plugin, member, isOfCore }) ??
    kindAt(plugin, member) ??
    memberAt(plugin, member) ??
    definitionOf(plugin);
  const what = isLate ? error.message : kindOf(error);
  return place ? `${what} at ${place}` : what;
}

/** The database's message for NaN and Infinity: segments/query/compile makes PostgreSQL refuse these values with this text. */
const NO_NUMBER = /"(NaN|-?Infinity) is no number"$/;

function kindOf(error: unknown): string {
  if (error instanceof PluginMistake) return error.message;
  const value = error instanceof pg.DatabaseError ? NO_NUMBER.exec(error.message)?.[1] : undefined;
  if (value) return `its value is ${value}, and a query cannot compare that: give a number or null`;
  if (error instanceof pg.DatabaseError) return refusalOf(error);
  return error instanceof Error && NAME.test(error.name) ? error.name : "Error";
}

const REFUSALS: Record<string, string> = {
  "21000": "its SQL gives several rows for one customer: aggregate the rows, or take one of them with limit 1",
  "22003": "a number in its SQL is too large for its type",
  "22007": "its SQL reads a value as a date or a time, but the value is not one",
  "22008": "its SQL has a date that does not exist",
  "22012": "its SQL divides by zero",
  "22P02": "its SQL reads a value as a type that the value does not fit",
  "22P05": "it writes a text with a character that the database cannot keep",
  "25006": "its SQL writes, and it may only read: write with `records` in a handler or a job",
  "23505": "its SQL inserts a row that already exists",
};

/**
 * For the classes 42 (syntax error or access rule violation) and 0A (feature not supported) returns the database's message, because
 * that message quotes no parameter.
 */
function refusalOf({ code = "", message }: pg.DatabaseError): string {
  if (message === "cannot cast jsonb string to type numeric")
    return "a number of its SQL is NaN, infinite or a text in JSON, and a query cannot compare that: give a number or null";
  if (/^operator does not exist/.test(message))
    return `its SQL gives a value of another type than it is compared as: ${message}`;
  if (/^(?:42|0A)/.test(code)) return `its SQL is refused: ${message}`;
  return REFUSALS[code] ?? `DatabaseError ${code}`.trim();
}

/** The line that defines the plugin; undefined if unknown. */
const definitionOf = (plugin = ""): string | undefined => placesIn(definedAt(plugin))[0];

/** The line that defines the member if it is a kind; undefined if it is not, or if the line is unknown. */
const kindAt = (plugin = "", member?: string): string | undefined =>
  member === undefined ? undefined : placesIn(definedAt(plugin, member))[0];

/** The one line of the plugin's file that begins the member, such as `nightly: {`. Undefined where no line does, or several. */
function memberAt(plugin: string | undefined, member = ""): string | undefined {
  const definition = definitionOf(plugin);
  const name = member.replace(/^(?:job|card|attribute) /, "");
  if (definition === undefined || !PLUGIN_FILE.test(definition) || !/^[\w/.-]+$/.test(name)) return undefined;
  const file = fileOf(definition);
  const begins = new RegExp(`(?:^|[\\s{,])["']?${name.replaceAll(".", "\\.")}["']?(?:: |\\()`);
  const lines = fs.readFileSync(root + file, "utf8").split("\n");
  const found = lines.flatMap((line, at) => (begins.test(line) ? [at + 1] : []));
  return found.length === 1 ? `${file}:${found[0]}` : undefined;
}

/**
 * Finds the lines of a stack, such as `app/plugins/loyalty/plugin.server.ts:42`. A stack begins with the error's message, which may look
 * like a line: only files that exist in this project count.
 */
function placesIn(stack: string): string[] {
  const places: string[] = [];
  for (const text of stack.split("\n")) {
    const [, file, line] = (text.length <= LONGEST_LINE && FRAME.exec(text)) || [];
    if (file === undefined) continue;
    if (!file.startsWith(root) || file.includes("/node_modules/") || !fs.existsSync(file)) continue;
    places.push(`${file.slice(root.length)}:${line}`);
  }
  return places;
}

const fileOf = (place: string): string => place.replace(/:\d+$/, "");

type Looked = { plugin?: string | undefined; member?: string | undefined; isOfCore: boolean };

function placeIn(stack: string, { plugin, member, isOfCore }: Looked): string | null {
  const places = placesIn(stack);
  const definition = definitionOf(plugin);
  const isOwn = (place: string) =>
    (plugin !== undefined && place.startsWith(`app/plugins/${plugin}/`)) ||
    (definition !== undefined && fileOf(place) === fileOf(definition));
  // An error of CORE_ERRORS was thrown at a line of the core, which does not help the plugin's author. The line of the kind does.
  const ofKind = isOfCore ? kindAt(plugin, member) : undefined;
  const ofPlugin = places.find(isOwn) ?? ofKind ?? places.find((place) => PLUGIN_FILE.test(place));
  if (ofPlugin || isOfCore) return ofPlugin ?? null;
  return places.find((place) => !GROUND_FILE.test(place)) ?? places[0] ?? null;
}
