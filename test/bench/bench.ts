// npm run bench -- ingest|replay|fairness
// Exits with 1 if contenders disagree or one did not run. A missed bar is reported and does not change the exit code.
import { readCommandLine, runCommand, WrongInput } from "../setup/command-line.ts";

/** Loaded on request, because each bench reads its settings when it is loaded. */
const BENCHES: Record<string, () => Promise<() => Promise<boolean>>> = {
  ingest: async () => (await import("./ingest.ts")).benchIngest,
  fairness: async () => (await import("./fairness.ts")).benchFairness,
  replay: async () => (await import("./replay.ts")).benchReplay,
};
const USAGE = `npm run bench -- ${Object.keys(BENCHES).join("|")}`;

await runCommand(async () => {
  const { positionals } = readCommandLine({ args: process.argv.slice(2) }, USAGE);
  const [name = "", ...others] = positionals;
  const load = Object.hasOwn(BENCHES, name) && others.length === 0 ? BENCHES[name] : undefined;
  if (!load) throw new WrongInput(`Name one bench.\nusage: ${USAGE}`);
  const bench = await load();
  return (await bench()) ? 0 : 1;
});
