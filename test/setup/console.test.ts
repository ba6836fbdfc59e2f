import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");

it("a test during which console.error is called fails", async () => {
  const folder = path.join(root, ".data", `console-${process.pid}`);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(
    path.join(folder, "loud.test.ts"),
    'import { it } from "vitest";\nit("is quiet", () => undefined);\nit("is loud", () => console.error("unhandled"));\n',
  );
  fs.writeFileSync(
    path.join(folder, "vitest.config.ts"),
    `export default { test: { setupFiles: [${JSON.stringify(path.join(root, "test/setup/console.ts"))}] } };\n`,
  );
  const options = [path.join(root, "node_modules/vitest/vitest.mjs"), "run", "--root", folder, "--no-color"];
  const run = await promisify(execFile)(process.execPath, options).catch(
    (error: { stdout: string; code: number }) => error,
  );
  fs.rmSync(folder, { recursive: true });
  expect(run).toMatchObject({ code: 1 });
  expect(run.stdout).toMatch(/1 failed \| 1 passed/);
});
