// What is kept of a plugin's failure: what failed and where. What it said is not: a message may quote a person.
import fs from "node:fs";
import path from "node:path";
import pg from "pg";
import { PluginMistake } from "../errors.ts";
import { definedAt } from "./defined-at.ts";
import { PROJECT } from "../project.server.ts";
import { NoAnswer } from "../time-limit.ts";

const root = PROJECT + path.sep;

const NAME = /^[A-Z]\w{0,60}Error$/;
const FRAME = /^\s+at (?:async )?(?:.*\()?(?:file:\/\/)?(\/[^()]*?):(\d+):\d+\)?$/gm;
/** `app/db.server.ts` says where every statement fails, and nothing of which. */
const GROUND = /^app\/[^/]+$/;
/** A plugin's folder, or what is not of the app. */
const PLUGIN = /^app\/plugins\/(?!contributions\/)[^/]+\/|^(?!app\/|build\/)/;

/** Thrown by the core's own code: for what a plugin asked of the database, and for what a plugin gave. */
const OURS = [pg.DatabaseError, PluginMistake];

/**
 * `TypeError at app/plugins/loyalty/plugin.server.ts:42`: the plugin's own line wherever a stack has one, else
 * the line that defines the plugin. `written`: the stack of where the plugin wrote the SQL that failed.
 */
export function nameFailure(error: unknown, plugin?: string, written?: string): string {
  const isLate = error instanceof NoAnswer;
  const stack = (isLate ? error.underWay : error instanceof Error ? error.stack : undefined) ?? "";
  const isOurs = isLate || OURS.some((kind) => error instanceof kind);
  const place = placeIn(written ?? "", plugin, true) ?? placeIn(stack, plugin, isOurs) ?? definitionOf(plugin);
  const what = isLate ? error.message : kindOf(error);
  return place ? `${what} at ${place}` : what;
}

/** Of compile.server.ts, which has a number that is none refused by the database. */
const NO_NUMBER = /"(NaN|-?Infinity) is no number"$/;

function kindOf(error: unknown): string {
  if (error instanceof PluginMistake) return error.message;
  const none = error instanceof pg.DatabaseError ? NO_NUMBER.exec(error.message)?.[1] : undefined;
  if (none) return `its value is ${none}, which is no number`;
  if (error instanceof pg.DatabaseError) return refusalOf(error);
  return error instanceof Error && NAME.test(error.name) ? error.name : "Error";
}

const REFUSALS: Record<string, string> = {
  "22003": "a number in its SQL is too large for its type",
  "22007": "its SQL reads a value as a date or a time, and the value is none",
  "22008": "a date in its SQL is none",
  "22012": "its SQL divides by zero",
  "22P02": "its SQL reads a value as a type that the value is not of",
  "22P05": "it writes a text with a character that the database cannot keep",
  "23505": "it writes a row that is there already",
};

/** A statement that is wrong by itself is told in the database's words: the statement is the plugin's, and values are no part of it. */
function refusalOf({ code = "", message }: pg.DatabaseError): string {
  if (/^operator does not exist/.test(message))
    return `its SQL gives a value of another type than it is compared as: ${message}`;
  if (code.startsWith("42")) return `its SQL is refused: ${message}`;
  return REFUSALS[code] ?? `DatabaseError ${code}`.trim();
}

const definitionOf = (plugin: string | undefined): string | undefined => placesIn(definedAt(plugin ?? ""))[0];

/** A line of a stack may be a line of a message: what is no file of ours is no place. */
function placesIn(stack: string): string[] {
  const places: string[] = [];
  for (const [, file = "", line] of stack.matchAll(FRAME)) {
    if (!file.startsWith(root) || file.includes("/node_modules/") || !fs.existsSync(file)) continue;
    places.push(`${file.slice(root.length)}:${line}`);
  }
  return places;
}

const fileOf = (place: string): string => place.replace(/:\d+$/, "");

function placeIn(stack: string, plugin: string | undefined, isOurs: boolean): string | null {
  const places = placesIn(stack);
  const definition = definitionOf(plugin);
  const isOwn = (place: string) =>
    (plugin !== undefined && place.startsWith(`app/plugins/${plugin}/`)) ||
    (definition !== undefined && fileOf(place) === fileOf(definition));
  const guest = places.find(isOwn) ?? places.find((place) => PLUGIN.test(place));
  // Where the core ran the SQL that a plugin gave it, gave it up or refused what a plugin gave, the line is the core's and says nothing.
  if (guest || isOurs) return guest ?? null;
  return places.find((place) => !GROUND.test(place)) ?? places[0] ?? null;
}
