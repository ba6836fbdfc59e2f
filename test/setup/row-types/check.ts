// `tx.rows<Row>` is a promise of the code that TypeScript cannot see broken. So `npm test` looks at it: each process of a run
// notes what its statements returned (record.ts), and afterwards the TypeScript compiler says which type each call promises
// (call-sites.ts); compare.ts holds one against the other. The statements are noted as they run, not described beforehand,
// since most are composed and have no text before they run; and by what ran also nulls and states are seen, which no
// description of a statement tells. To note costs a statement some 30 millionths of a second, to compare costs the run about
// six seconds.
import fs from "node:fs";
import path from "node:path";
import { readCallSites } from "./call-sites.ts";
import { faultsOf } from "./compare.ts";
import type { RowsSeen } from "./record.ts";

/** Calls that no test reaches, by file and function, and why. */
const NEVER_RUN: Record<string, string> = {};

type RowTypes = { sites: number; ran: number; faults: string[] };

/** `isWhole`: all tests ran, so that a call which never ran is a fault. */
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

/** A process that was killed while it wrote leaves half a line. */
function lastNotes(file: string): RowsSeen[] {
  const lines = fs.readFileSync(file, "utf8").split("\n").slice(0, -1);
  const notes = lines.map((line) => JSON.parse(line) as RowsSeen);
  const keyOf = ({ frames, columns }: RowsSeen) =>
    JSON.stringify([frames, columns.map(({ name, oid }) => [name, oid])]);
  return [...new Map(notes.map((note) => [keyOf(note), note])).values()];
}
