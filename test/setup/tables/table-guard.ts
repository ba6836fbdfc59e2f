// Finds which files of app/ write and read each table, from the SQL in the files. A table has one owner: only the owner's folder may
// write the table, and the owner's floor and the floors above may read it.
import fs from "node:fs";
import path from "node:path";
import ts from "typescript";
import { sourceFiles } from "../words-in-code.ts";

/** Tables by name. `*`: a statement whose table is known only at run time. */
type Uses = { writes: Set<string>; reads: Set<string> };
type File = { file: string; text: string };

export type Exception = { file: string; writes?: string[]; reads?: string[]; why: string };
export type Ownership = { owners: Record<string, string>; exceptions: Exception[] };

/** A lower floor may not read a table of a higher floor. Folders and files that are not listed are the ground, floor 0. */
const FLOORS: [folder: string, floor: number][] = [
  ["app/customers/", 1],
  ["app/segments/", 2],
  ["app/experiments/", 2],
  ["app/sync/", 3],
  ["app/offers/", 3],
  ["app/surveys/", 3],
  ["app/messaging/", 3],
  ["app/analytics/", 3],
  ["app/plugins/", 4],
  ["app/routes/", 6],
  ["app/worker/", 6],
];
const floorOf = (place: string) => FLOORS.find(([folder]) => `${place}/`.startsWith(folder))?.[1] ?? 0;

const STATEMENT = /^\s*(select|insert|update|delete|with|truncate|copy|merge)\b/i;
const GAP = "${}";
const SCHEMA = String.raw`(?:"?public"?\.)?`;
const TABLE = String.raw`(?:only\s+)?${SCHEMA}"?([a-z_]\w*|\$\{\})"?`;
const WRITES = new RegExp(
  String.raw`\b(?:insert\s+into|delete\s+from|update|merge\s+into|truncate(?:\s+table)?|copy)\s+${TABLE}`,
  "gi",
);
const READS = new RegExp(String.raw`(?<!distinct\s+|delete\s+)\b(?:from|join|using)\s+${TABLE}`, "gi");
const FURTHER = new RegExp(String.raw`^(?:\s+(?:as\s+)?[a-z_]\w*)?\s*,\s*${SCHEMA}"?([a-z_]\w*)"?`, "i");
const COMMENT = /--[^\n]*|\/\*[\s\S]*?\*\//g;
/** NAMING: calls that insert a table's name into a statement. WRITING: functions that write the table that they are given. */
const NAMING = /^(?:trusted|identifier)\(/;
const WRITING = new Set(["defineTable", "eraseFrom", "eraseStep", "moveRows"]);

/** The tables of the schema, as the database calls them. */
export const tablesOf = (schema: string): string[] =>
  [...schema.matchAll(/@@map\("(\w+)"\)/g)].map(([, name]) => name ?? "");

export function readApp(root: string): File[] {
  return sourceFiles(path.join(root, "app"), /\.tsx?$/).map((file) => ({
    file: path.relative(root, file).replaceAll(path.sep, "/"),
    text: fs.readFileSync(file, "utf8"),
  }));
}

/** The tables that each file writes and reads. */
export function usesOf(files: readonly File[], tables: readonly string[]): Map<string, Uses> {
  return new Map(files.map(({ file, text }) => [file, usesIn(file, text, new Set(tables))]));
}

function usesIn(file: string, text: string, tables: ReadonlySet<string>): Uses {
  const uses: Uses = { writes: new Set(), reads: new Set() };
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && WRITING.has(node.expression.getText())) {
      const named = node.arguments.flatMap((given) => (ts.isStringLiteral(given) ? given.text : []));
      uses.writes.add(named.find((name) => tables.has(name)) ?? "*");
    }
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) noteStatement(node, tables, uses);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return uses;
}

function noteStatement(node: ts.StringLiteralLike | ts.TemplateExpression, tables: ReadonlySet<string>, uses: Uses) {
  const written = ts.isTemplateExpression(node)
    ? node.head.text + node.templateSpans.map(({ literal }) => GAP + literal.text).join("")
    : node.text;
  const text = written.replace(COMMENT, (comment) => ` ${GAP.repeat(comment.split(GAP).length - 1)}`);
  const isTagged = ts.isTaggedTemplateExpression(node.parent) && node.parent.tag.getText() === "sql";
  if (!isTagged && !STATEMENT.test(text)) return;
  for (const [, name = ""] of text.matchAll(WRITES)) {
    if (name === GAP) uses.writes.add("*");
    else if (tables.has(name.toLowerCase())) uses.writes.add(name.toLowerCase());
  }
  for (const found of text.matchAll(READS)) {
    const end = found.index + found[0].length;
    if (found[1] === GAP && isNaming(node, text.slice(0, end))) uses.reads.add("*");
    for (const name of listFrom(found[1] ?? "", text.slice(end))) if (tables.has(name)) uses.reads.add(name);
  }
}

/** The first name after `from`, and the further names of a list. */
function listFrom(first: string, rest: string): string[] {
  const names = [first.toLowerCase()];
  let found = FURTHER.exec(rest);
  for (let at = 0; found; found = FURTHER.exec(rest.slice(at))) {
    names.push((found[1] ?? "").toLowerCase());
    at += found[0].length;
  }
  return names;
}

/** True if the gap at the end of this part of the statement is filled with a table's name. */
function isNaming(node: ts.StringLiteralLike | ts.TemplateExpression, until: string): boolean {
  const span = ts.isTemplateExpression(node) ? node.templateSpans[until.split(GAP).length - 2] : undefined;
  return span !== undefined && NAMING.test(span.expression.getText());
}

const PLUGIN = /^app\/plugins\/(?!(?:contract|running)\/)[^/]+\//;

/** `app` is the ground: the files in app/ itself, and app/shopify/. The folder of a plugin does not belong to app/plugins. */
function isWithin(file: string, owner: string): boolean {
  if (owner === "app") return /^app\/(?:shopify\/|[^/]+$)/.test(file);
  return file.startsWith(`${owner}/`) && !(owner === "app/plugins" && PLUGIN.test(file));
}

type How = "writes" | "reads";
type Use = { file: string; how: How; table: string; sentence: string };

/** Each use that needs an exception. */
function usesBeyond(uses: ReadonlyMap<string, Uses>, owners: Record<string, string>): Use[] {
  const beyond = (file: string, how: How, table: string): Use[] => {
    const owner = owners[table];
    if (table === "*") {
      return [
        { file, how, table, sentence: `it ${how} tables that are known at run time only. List it with a reason.` },
      ];
    }
    if (owner === undefined) return [];
    const mends = {
      writes: isWithin(file, owner) ? null : "Call a function of the owner.",
      reads:
        floorOf(owner) <= floorOf(path.posix.dirname(file)) ? null : "That is a higher floor: take it as a parameter.",
    };
    const mend = mends[how];
    return mend === null ? [] : [{ file, how, table, sentence: `it ${how} ${table}, which ${owner} owns. ${mend}` }];
  };
  return [...uses].flatMap(([file, { writes, reads }]) => [
    ...[...writes].flatMap((table) => beyond(file, "writes", table)),
    ...[...reads].flatMap((table) => beyond(file, "reads", table)),
  ]);
}

const exceptedIn = ({ file, writes = [], reads = [] }: Exception): string[] => [
  ...writes.map((table) => `${file} writes ${table}`),
  ...reads.map((table) => `${file} reads ${table}`),
];

/** Returns one sentence per fault. */
export function ownerFaults(
  uses: ReadonlyMap<string, Uses>,
  tables: readonly string[],
  ownership: Ownership,
): string[] {
  const { owners, exceptions } = ownership;
  const beyond = usesBeyond(uses, owners);
  const needed = beyond.map(({ file, how, table }) => `${file} ${how} ${table}`);
  const excepted = exceptions.flatMap(exceptedIn);
  const unneeded = excepted.filter((one) => !needed.includes(one));
  return [
    ...beyond
      .filter((_, at) => !excepted.includes(needed[at] ?? ""))
      .map(({ file, sentence }) => `${file}: ${sentence}`),
    ...unneeded.map((one) => `The exception "${one}" is not needed. Remove it.`),
    ...exceptions.filter(({ why }) => why.trim() === "").map(({ file }) => `${file}: the exception has no reason.`),
    ...tables
      .filter((table) => !(table in owners))
      .map((table) => `Table ${table} has no owner: add it to table-owners.ts.`),
    ...Object.keys(owners)
      .filter((table) => !tables.includes(table))
      .map((table) => `${table} has an owner and is no table.`),
  ];
}

/** Returns one line per table: the table, its owner, and the other folders that read it. */
export function ownerLines(uses: ReadonlyMap<string, Uses>, owners: Record<string, string>): string[] {
  const width = Math.max(...Object.keys(owners).map((table) => table.length));
  return Object.entries(owners).map(([table, owner]) => {
    const readers = [...uses].filter(([file, { reads }]) => reads.has(table) && !isWithin(file, owner));
    const folders = [...new Set(readers.map(([file]) => /^app\/(\w+)\//.exec(file)?.[1] ?? "app"))].sort();
    return `${table.padEnd(width)} → ${owner.padEnd(20)} → ${folders.join(", ")}`.trimEnd();
  });
}
