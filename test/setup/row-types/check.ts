// TypeScript cannot check that a statement returns the row type of `tx.rows<Row>`. `npm test` checks the row types: each process of a
// test run records what its statements returned (record.ts), the TypeScript compiler then reads the row type of each call
// (call-sites.ts), and compare.ts compares the two. Statements are recorded as they run and not described beforehand, because most
// statements are composed at run time, and because only a run shows nulls and states. Recording costs about 30 microseconds a
// statement. Comparing costs the test run about six seconds.
import fs from "node:fs";
import path from "node:path";
import { readCallSites } from "./call-sites.ts";
import { faultsOf } from "./compare.ts";
import type { RowsSeen } from "./record.ts";

/** The calls that no test reaches, by file and function, each with its reason. */
const NEVER_RUN: Record<string, string> = {};

type RowTypes = { sites: number; ran: number; faults: string[] };

/** `isWhole`: all tests ran. Then a call that never ran is a fault. */
export function checkRowTypes(
  root: string,
  notes: string,
  { isWhole, excused = NEVER_RUN }: { isWhole: boolean; excused?: Record<string, string> },
): RowTypes {
  const { sites, checker } = readCallSites(root);
  const bySite = new Map(sites.map((site) => [site.place, site]));
  const ran = new Set<string>();
  const faults = new Set<string>();
  for (const seen of readNotes(notes)) {
    const site = seen.frames.map((frame) => bySite.get(frame)).find((found) => found !== undefined);
    if (!site) continue;
    ran.add(site.place);
    for (const fault of faultsOf(site, seen, checker)) faults.add(fault);
  }
  if (bySite.size < sites.length) faults.add(`two calls stand on one line: ${twice(sites.map(({ place }) => place))}`);
  const never = isWhole ? sites.filter(({ place }) => !ran.has(place)) : [];
  for (const { place, within } of never) {
    if (!excused[within]) faults.add(`${place}: no test runs this statement, so nobody knows its rows`);
  }
  const needless = Object.keys(excused).filter((listed) => isWhole && !never.some(({ within }) => within === listed));
  for (const listed of needless) faults.add(`${listed}: NEVER_RUN lists it, and tests run it or it is gone`);
  return { sites: sites.length, ran: ran.size, faults: [...faults].sort() };
}

const twice = (places: string[]) => places.filter((place, at) => places.indexOf(place) !== at).join(", ");

const readNotes = (folder: string): RowsSeen[] =>
  (fs.existsSync(folder) ? fs.readdirSync(folder) : []).flatMap((name) => lastNotes(path.join(folder, name)));

/** Skips a half-written line, which a process that was killed while writing leaves. */
function lastNotes(file: string): RowsSeen[] {
  const lines = fs.readFileSync(file, "utf8").split("\n").slice(0, -1);
  const notes = lines.map((line) => JSON.parse(line) as RowsSeen);
  const keyOf = ({ frames, columns }: RowsSeen) =>
    JSON.stringify([frames, columns.map(({ name, oid }) => [name, oid])]);
  return [...new Map(notes.map((note) => [keyOf(note), note])).values()];
}
