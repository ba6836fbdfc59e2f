// npm run plugin -- new NAME      writes a plugin whose tests pass: folder, words, README, test, and a line in the list of plugins
// npm run plugin -- test NAME     runs the plugin's tests once
// npm run plugin -- watch NAME    runs the plugin's own tests after each change, without a web build
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { format, resolveConfig } from "prettier";
import { generateClient } from "../../../prisma/generate.ts";
import { templateOf } from "./template.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const LIST = path.join(root, "app/plugins/installed.server.ts");
const USAGE = `Usage:
  npm run plugin -- new NAME      makes a plugin; NAME is lower-case words with - between them, such as visit-log
  npm run plugin -- test NAME     runs its tests
  npm run plugin -- watch NAME    runs its own sentences after each change, and not those of the contract
`;

const [command = "", name = ""] = process.argv.slice(2);
process.chdir(root);
generateClient();
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const LONGEST_NAME = 50;
if (!["new", "test", "watch"].includes(command) || name === "") refuse(USAGE);
else if (!NAME.test(name) || name.length > LONGEST_NAME)
  refuse(
    `“${name}” is no name of a plugin: write lower-case letters and digits, a letter first, words joined by one -, ${LONGEST_NAME} characters at most.\n`,
  );
else if (command === "new") await make(name);
else if (fs.existsSync(path.join("test/plugins", `${name}.test.ts`)))
  process.exitCode = await runTests(name, command === "watch");
else
  refuse(`There is no test/plugins/${name}.test.ts: npm run plugin -- new ${name} makes the plugin with its test.\n`);

function refuse(text: string): void {
  process.stderr.write(text);
  process.exitCode = 64;
}

/** Nothing is written unless everything can be, and no file that is there is written over. */
async function make(plugin: string): Promise<void> {
  const { files, variable } = templateOf(plugin);
  const taken = [`app/plugins/${plugin}`, `app/locales/en/${plugin}.json`, ...Object.keys(files)];
  const there = taken.find((place) => fs.existsSync(path.join(root, place)));
  if (there !== undefined) return refuse(`${there} already exists: choose another name.\n`);
  for (const [file, text] of Object.entries(files)) await write(path.join(root, file), text);
  const list = fs.readFileSync(LIST, "utf8");
  const imported = list.replace(
    /(?=import \{ assemble)/,
    `import { ${variable} } from "./${plugin}/plugin.server.ts";\n`,
  );
  await write(LIST, imported.replace(/(const installed = \[[^\]]*?),?\s*\];/, `$1, ${variable}];`));
  for (const file of [...Object.keys(files), path.relative(root, LIST)]) process.stdout.write(`wrote ${file}\n`);
  process.exitCode = await runTests(plugin, false);
}

async function write(file: string, text: string): Promise<void> {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
}

/** A signal to this process, such as an editor's stop button, ends the tests and their database too. */
async function runTests(plugin: string, watch: boolean): Promise<number> {
  const vitest = path.join("node_modules", ".bin", "vitest");
  const own = watch ? ["watch", "--hideSkippedTests", "--testNamePattern", "^(?!.*keeps the contract)"] : ["run"];
  const tests = spawn(vitest, [...own, "--project", "flows", `test/plugins/${plugin}.test.ts`], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => tests.kill(signal));
  const [code] = (await once(tests, "exit")) as [number | null];
  return code ?? 1;
}
