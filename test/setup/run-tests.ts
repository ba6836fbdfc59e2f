// npm test: builds what is stale, runs every project of vitest.config.ts, and ends with a plain line of counts.
//   npm test -- test/flows          files whose path holds the text
//   npm test -- --project unit      one project
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { startVitest, type Vitest } from "vitest/node";
import { generateClient } from "../../prisma/generate.ts";
import { buildIfStale } from "./build-if-stale.ts";
import { checkRowTypes } from "./row-types/check.ts";

process.chdir(path.resolve(import.meta.dirname, "../.."));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { project: { type: "string", multiple: true } },
});

/** A file that can't be loaded, and an error outside any test, count as one failed test each. */
function count(vitest: Vitest): { passed: number; failed: number } {
  let passed = 0;
  let failed = vitest.state.getUnhandledErrors().length;
  for (const module of vitest.state.getTestModules()) {
    const states = [...module.children.allTests()].map((test) => test.result().state);
    passed += states.filter((state) => state === "passed").length;
    const failures = states.filter((state) => state !== "passed").length;
    failed += failures === 0 && module.state() === "failed" ? 1 : failures;
  }
  return { passed, failed };
}

generateClient();
buildIfStale();
// Every process of the run records in this folder what the app's statements returned: outside of .data, where the story looks for
// what is left of a shop.
const notes = fs.mkdtempSync(path.join(os.tmpdir(), "rows-seen-"));
process.env["ROWS_SEEN"] = notes;
if (!process.env["TEST_DATABASE_URL"]) {
  process.stdout.write("TEST_DATABASE_URL is not set: the flows run on the embedded server only\n");
}
const vitest = await startVitest("test", positionals, {
  watch: false,
  ...(values.project ? { project: values.project } : {}),
});
const { passed, failed } = count(vitest);
await vitest.close();
const isWhole = positionals.length === 0 && !values.project;
const rowTypes = checkRowTypes(process.cwd(), notes, { isWhole });
fs.rmSync(notes, { recursive: true, force: true });
for (const fault of rowTypes.faults) process.stdout.write(`${fault}\n`);
process.stdout.write(`row types: ${rowTypes.ran} of ${rowTypes.sites} calls ran, ${rowTypes.faults.length} faults\n`);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed > 0 || passed === 0 || rowTypes.faults.length > 0 ? 1 : 0);
