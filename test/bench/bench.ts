// npm run bench -- ingest|replay   exit 1 only when contenders disagree or one did not run; a missed bar is said, not punished
import { benchIngest } from "./ingest.ts";
import { benchReplay } from "./replay.ts";

const BENCHES: Record<string, () => Promise<boolean>> = { ingest: benchIngest, replay: benchReplay };

const [name = ""] = process.argv.slice(2);
const bench = BENCHES[name];
if (bench) {
  process.exitCode = (await bench().catch((error: Error) => {
    process.stderr.write(`${error.stack ?? error.message}\n`);
    return false;
  }))
    ? 0
    : 1;
} else {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(BENCHES).join("|")}\n`);
  process.exitCode = 64;
}
