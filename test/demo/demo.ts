// npm run demo                      a store with a history and the app in it, until Ctrl-C
// npm run demo -- --once            the whole story, one line per step; exits non-zero at the first step that fails
//              --sabotage STEP      breaks something from outside, so that this step fails
//              --customers N        the number of customers in the store
import path from "node:path";
import { buildIfStale } from "../setup/build-if-stale.ts";
import { readCommandLine, runCommand, wholeNumber, WrongInput } from "../setup/command-line.ts";
import { playOnce } from "./once.ts";
import { stayUp } from "./stay-up.ts";
import { findSabotage, listSabotages } from "./story/sabotage.ts";

const USAGE = "npm run demo [-- [--once] [--sabotage STEP] [--customers N]]";
const MOST_CUSTOMERS = 100_000;

function readOptions(args: string[]) {
  const options = {
    once: { type: "boolean" },
    sabotage: { type: "string" },
    customers: { type: "string" },
    "no-build": { type: "boolean" },
  } as const;
  const { values, positionals } = readCommandLine({ args, options }, USAGE);
  if (positionals.length > 0) throw new WrongInput(`There is no argument ${positionals.join(" ")}.\nusage: ${USAGE}`);
  const { sabotage: named, once = false } = values;
  const sabotage = named === undefined ? null : findSabotage(named);
  if (named !== undefined && !sabotage)
    throw new WrongInput(
      `There is no sabotage "${named}". Name a step that must fail, or a sabotage:\n${listSabotages()}`,
    );
  const customers = wholeNumber("--customers", values.customers ?? "2000", [1, MOST_CUSTOMERS]);
  return { once: once || sabotage !== null, sabotage, customers, build: !values["no-build"] };
}

async function main(): Promise<number> {
  const { once, sabotage, customers, build } = readOptions(process.argv.slice(2));
  process.chdir(path.resolve(import.meta.dirname, "../.."));
  if (build) buildIfStale();
  if (once) process.exit(await playOnce({ customers, sabotage }));
  await stayUp(customers);
  return 0;
}

await runCommand(main);
