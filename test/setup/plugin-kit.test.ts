// Runs the command that makes plugins, in a copy of the project.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PROJECT } from "./stack.ts";

const COPY = path.join(PROJECT, ".data", `plugin-kit-${process.pid}`);
const LEFT_OUT = new Set(["node_modules", ".git", ".data", "build", "dist"]);

beforeAll(() => {
  for (const entry of fs.readdirSync(PROJECT))
    if (!LEFT_OUT.has(entry))
      fs.cpSync(path.join(PROJECT, entry), path.join(COPY, entry), {
        recursive: true,
        filter: (from) => !LEFT_OUT.has(path.basename(from)),
      });
  fs.symlinkSync(path.join(PROJECT, "node_modules"), path.join(COPY, "node_modules"));
});
afterAll(() => fs.rmSync(COPY, { recursive: true, force: true }));

function plugin(...words: string[]) {
  const { VITEST: _vitest, DATABASE_URL: _own, ...env } = process.env;
  const ran = spawnSync(process.execPath, ["test/plugins/kit/plugin.ts", ...words], {
    cwd: COPY,
    env,
    encoding: "utf8",
  });
  return { code: ran.status, stdout: ran.stdout, stderr: ran.stderr };
}

const under = (folder: string) =>
  fs.globSync(`${folder}/**`, { cwd: COPY }).map((file) => {
    const whole = path.join(COPY, file);
    return fs.statSync(whole).isFile() ? [file, fs.readFileSync(whole, "utf8")] : [file];
  });
const written = () => [...under("app/plugins"), ...under("test/plugins")];

test.each([
  ["visit-log", /^test\/plugins\/visit-log\.test\.ts already exists: choose another name\.$/],
  ["loyalty", /^app\/plugins\/loyalty already exists/],
  ["offers", /^app\/locales\/en\/offers\.json already exists/],
  ["a--b", /^“a--b” is no name of a plugin: write lower-case letters/],
  ["x-", /^“x-” is no name/],
  ["Visit_Log", /^“Visit_Log” is no name/],
  ["a".repeat(51), /50 characters at most\.$/],
])("a plugin cannot be called %s: the command says why and writes nothing", (name, sentence) => {
  const before = written();
  const { code, stderr } = plugin("new", name);
  expect([code, stderr.trim()]).toEqual([64, expect.stringMatching(sentence)]);
  expect(written()).toEqual(before);
});

test("the tests of a plugin that does not exist are not run: the command says how to make the plugin", () => {
  expect(plugin("test", "tea-club")).toEqual({
    ...{ code: 64, stdout: "" },
    stderr:
      "There is no test/plugins/tea-club.test.ts: npm run plugin -- new tea-club makes the plugin with its test.\n",
  });
});

test("a new plugin passes its own tests and the contract's tests at once, and its types compile", () => {
  const { code, stdout, stderr } = plugin("new", "tea-club-2");
  expect(code, stdout + stderr).toBe(0);
  expect(stdout).toContain("wrote app/plugins/tea-club-2/plugin.server.ts");
  expect(stdout).toMatch(/Tests .*\d+ passed/);
  const types = spawnSync(path.join("node_modules", ".bin", "tsc"), ["--noEmit"], { cwd: COPY, encoding: "utf8" });
  expect(types.stdout).toBe("");
});
