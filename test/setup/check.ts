// npm run check: runs every static check. Exits with 1 if a check fails.
import fs from "node:fs";
import path from "node:path";
import { generateClient } from "../../prisma/generate.ts";
import { runSteps, type Step } from "./steps.ts";

const root = path.resolve(import.meta.dirname, "../..");
process.chdir(root);

const bin = (name: string) => path.join("node_modules", ".bin", name);
const node = (script: string) => [process.execPath, path.join("test", "setup", script)];

/** The app's types, and those of each extension, which has another JSX. */
function typeSteps(): Step[] {
  const extensions = fs.existsSync("extensions") ? fs.readdirSync("extensions") : [];
  const configs = extensions
    .map((name) => path.join("extensions", name, "tsconfig.json"))
    .filter((file) => fs.existsSync(file));
  return [
    { name: "types", command: [bin("tsc"), "--noEmit"] },
    ...configs.map((file) => ({
      name: `types of ${path.basename(path.dirname(file))}`,
      command: [bin("tsc"), "--noEmit", "-p", file],
    })),
  ];
}

generateClient();
const began = performance.now();
const failed = await runSteps([
  ...typeSteps(),
  { name: "prettier", command: [bin("prettier"), "--check", "--log-level", "warn", "."] },
  { name: "eslint", command: [bin("eslint"), ".", "--max-warnings", "0"] },
  { name: "schema", command: node("check-schema.ts") },
  { name: "floors", command: [bin("depcruise"), "app", "extensions", "prisma", "test", "--output-type", "err-long"] },
  { name: "owners", command: node("owners.ts"), shows: true },
  { name: "knip", command: [bin("knip"), "--no-progress"] },
  { name: "doctor", command: node("doctor.ts") },
  { name: "plugins", command: node("plugin-needs.ts") },
  { name: "words", command: node("words.ts") },
]);
const seconds = ((performance.now() - began) / 1000).toFixed(1);
process.stdout.write(failed.length > 0 ? `failed: ${failed.join(", ")}\n` : `all rules hold, ${seconds} s\n`);
process.exitCode = failed.length > 0 ? 1 : 0;
