import fs from "node:fs";
import path from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const readme = fs.readFileSync(path.join(root, "README.md"), "utf8");

/** The first block of code in this language. */
const block = (language: string) => new RegExp("```" + language + "\\n([\\s\\S]*?)```").exec(readme)?.[1] ?? "";

/** The compiler's errors for a source text that is not a file on disk. */
function complaints(file: string, text: string): string[] {
  const { config } = ts.readConfigFile(path.join(root, "tsconfig.json"), ts.sys.readFile.bind(ts.sys)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (name) => name === file || fileExists.call(host, name);
  host.readFile = (name) => (name === file ? text : readFile.call(host, name));
  const { getSourceFile } = host;
  host.getSourceFile = (name, ...more) =>
    name === file ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2023) : getSourceFile.call(host, name, ...more);
  const program = ts.createProgram([file], { ...options, incremental: false, tsBuildInfoFile: undefined }, host);
  const source = program.getSourceFile(file);
  return ts
    .getPreEmitDiagnostics(program, source)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

test("the README's plugin compiles, and the same plugin with a mistake does not", () => {
  const file = path.join(root, "app/plugins/birthdays/plugin.server.ts");
  const example = block("ts");
  expect(complaints(file, example)).toEqual([]);
  expect(complaints(file, example.replace('"orders/create"', '"orders/creates"'))).not.toEqual([]);
});

test("the README's commands, settings and folders exist", () => {
  const { scripts } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const named = [...readme.matchAll(/npm (?:run )?(demo|test|start(?::\w+)?|(?<=run )[\w:]+)/g)].map(
    ([, name]) => name,
  );
  expect(named.filter((name) => !Object.hasOwn(scripts, name ?? ""))).toEqual([]);
  const settings = fs.readFileSync(path.join(root, "app/env.server.ts"), "utf8");
  const asked = [...readme.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, name]) => name ?? "");
  expect(asked.filter((name) => name !== "DATABASE_URL" && !settings.includes(`${name}:`))).toEqual([]);
  const map = /## The map\n\n```\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  const lines = map.split("\n").map((line) => /^( *)([\w./-]+\/?)/.exec(line));
  const folders = lines.flatMap((found) => (found?.[2]?.endsWith("/") ? [(found[1] ? "app/" : "") + found[2]] : []));
  expect(folders.length).toBeGreaterThan(10);
  expect(folders.filter((folder) => !fs.existsSync(path.join(root, folder)))).toEqual([]);
});

test("npm's shell becomes the program of each command, so that a signal to npm ends the program", () => {
  const { scripts } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const behindShell = Object.entries(scripts).filter(([, script]) => /^node [^&]*$/.test(script));
  expect(behindShell).toEqual([]);
});
