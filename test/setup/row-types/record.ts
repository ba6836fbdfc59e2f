// Records what the app's statements return, by call: the columns' names and types, whether a null was seen, and a few texts. check.ts
// compares the records with the row types. A process records if ROWS_SEEN names a folder and this file is imported before the app's
// first statement.
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import pg from "pg";

/** The texts of a column are recorded only up to this number: a state has few texts, a name has many. */
const FEW = 12;
const LONGEST = 40;

export type ColumnSeen = { name: string; oid: number; nulls: boolean; texts: string[] | null };
/** `frames`: `app/file.ts:line`, the innermost first. */
export type RowsSeen = { frames: string[]; columns: ColumnSeen[]; sql: string };

/** By call and columns, because one call may run several statements. */
const seen = new Map<string, RowsSeen>();
/** The frames in the source, by the frames at run time, which may be in compiled code. */
const sources = new Map<string, string[]>();

const folder = process.env["ROWS_SEEN"];
/** A line is written at once whenever something new is seen, because a process may be killed. A statement's last line has everything. */
const file = path.join(folder ?? "", `${randomUUID()}.jsonl`);
if (folder) {
  fs.mkdirSync(folder, { recursive: true });
  watch(pg.Client.prototype);
  watch(pg.Pool.prototype);
}

type Query = (this: unknown, ...parameters: unknown[]) => unknown;

function watch(prototype: object) {
  const held = prototype as { query: Query };
  const ask = held.query;
  held.query = function (...parameters) {
    const [first] = parameters;
    const answer = ask.apply(this, parameters);
    // A call with a callback comes from the pool itself, whose own call is recorded already.
    if (typeof first !== "string" || !(answer instanceof Promise)) return answer;
    const frames = framesNow();
    if (frames.length === 0) return answer;
    return answer.then((result: pg.QueryResult<Record<string, unknown>>) => {
      if (Array.isArray(result.fields) && result.fields.length > 0) note(frames, first, result);
      return result;
    });
  };
}

function note(frames: string[], sql: string, { fields, rows }: pg.QueryResult<Record<string, unknown>>) {
  const key = [...frames, ...fields.map(({ name, dataTypeID }) => `${name} ${dataTypeID}`)].join("\n");
  const known = seen.get(key);
  const now = known ?? {
    frames,
    sql,
    columns: fields.map(({ name, dataTypeID }) => ({ name, oid: dataTypeID, nulls: false, texts: [] })),
  };
  seen.set(key, now);
  let isNew = known === undefined;
  for (const column of now.columns) {
    if (column.nulls && column.texts === null) continue;
    for (const row of rows) isNew = look(column, row[column.name]) || isNew;
  }
  if (isNew) fs.appendFileSync(file, `${JSON.stringify(now)}\n`);
}

/** Adds a value to what was seen of the column. Returns true if the value is new. */
function look(column: ColumnSeen, value: unknown): boolean {
  if (value === null) {
    if (column.nulls) return false;
    column.nulls = true;
    return true;
  }
  if (column.texts === null) return false;
  if (typeof value !== "string" || value.length > LONGEST) column.texts = null;
  else if (column.texts.includes(value)) return false;
  else if (column.texts.length === FEW) column.texts = null;
  else column.texts.push(value);
  return true;
}

/** The stack's frames in the app's code, by the lines of the source. */
function framesNow(): string[] {
  // An async frame only awaits the call, so it is left out.
  const sites = callSites().filter((site) => isApp(site.getFileName()) && !site.isAsync());
  const key = sites.map((site) => `${site.getFileName()}:${site.getLineNumber()}:${site.getColumnNumber()}`).join("\n");
  const known = sources.get(key);
  if (known) return known;
  const frames = sites.length === 0 ? [] : framesOf(new Error("here").stack ?? "").slice(0, sites.length);
  sources.set(key, frames);
  return frames;
}

const root = process.cwd();
const isApp = (file: string | null | undefined) =>
  [`${root}/app/`, `${root}/build/server/`].some((folder) => file?.replace("file://", "").startsWith(folder));

function callSites(): NodeJS.CallSite[] {
  const format = Error.prepareStackTrace;
  const holder: { stack?: NodeJS.CallSite[] } = {};
  Error.prepareStackTrace = (_error, sites) => sites;
  Error.captureStackTrace(holder);
  const sites = holder.stack ?? [];
  Error.prepareStackTrace = format;
  return sites;
}

const framesOf = (stack: string): string[] =>
  stack.split("\n").flatMap((line) => {
    const [, file, at] = /(?:file:\/\/|\()?(\/[^\s()]+):(\d+):\d+\)?$/.exec(line) ?? [];
    return file?.startsWith(`${root}/app/`) ? [`${path.relative(root, file)}:${at}`] : [];
  });
