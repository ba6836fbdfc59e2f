// Runs Shopify's own check of the app. Exits with 1 on a finding of high severity. Skips the checks that don't support Remix.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { z } from "zod";

const report = z.object({
  scan: z.object({
    issues: z.array(z.object({ severity: z.string(), id: z.string(), title: z.string() })),
    scan: z.object({ rules_run: z.number(), rules_skipped: z.number() }),
  }),
});

const options = ["app", "doctor", "--path", ".", "--json", "--blocking", "high", "--skip-instructions"];
// Shopify's command leaves a folder behind in the folder for temporary files.
fs.mkdirSync(".data", { recursive: true });
const temporary = fs.mkdtempSync(path.resolve(".data", "doctor-"));
const { stdout, stderr } = spawnSync(path.join("node_modules", ".bin", "shopify"), options, {
  encoding: "utf8",
  // The report lists every file of the app.
  maxBuffer: 64 * 2 ** 20,
  env: { ...process.env, CI: "1", SHOPIFY_CLI_NO_ANALYTICS: "1", TMPDIR: temporary },
});
fs.rmSync(temporary, { recursive: true, force: true });
const begin = stdout.indexOf("{");
if (begin < 0) throw new Error(`shopify app doctor said nothing: ${stderr}`);
const { issues, scan } = report.parse(JSON.parse(stdout.slice(begin))).scan;
process.stdout.write(`rules run ${scan.rules_run}, skipped ${scan.rules_skipped}\n`);
for (const { severity, id, title } of issues) process.stdout.write(`${severity} ${id}: ${title}\n`);
process.exitCode = issues.some(({ severity }) => severity === "high" || severity === "critical") ? 1 : 0;
