// npm run plugin -- new NAME      writes a plugin whose tests pass: folder, words, README, test, and a line in the list of plugins
// npm run plugin -- test NAME     runs the plugin's tests once
// npm run plugin -- watch NAME    runs the plugin's own tests after each change, without a web build
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { format, resolveConfig } from "prettier";
import { generateClient } from "../../../prisma/generate.ts";
import { templateOf } from "./template.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const LIST = path.join(root, "app/plugins/installed.server.ts");
const USAGE = `Usage:
  npm run plugin -- new NAME      makes a plugin; NAME has lower-case letters, digits and -, a letter first
  npm run plugin -- test NAME     runs its tests
  npm run plugin -- watch NAME    runs its own sentences after each change, and not those of the contract
`;

const [command = "", name = ""] = process.argv.slice(2);
process.chdir(root);
generateClient();
if (!["new", "test", "watch"].includes(command) || !/^[a-z][a-z0-9-]{0,49}$/.test(name)) usage();
else if (command === "new") await make(name);
else process.exitCode = runTests(name, command === "watch");

function usage(): void {
  process.stderr.write(USAGE);
  process.exitCode = 64;
}

async function make(plugin: string): Promise<void> {
  const taken = [path.join(root, "app/plugins", plugin), path.join(root, "app/locales/en", `${plugin}.json`)];
  const there = taken.find((place) => fs.existsSync(place));
  if (there) {
    process.stderr.write(`${path.relative(root, there)} already exists: choose another name.\n`);
    process.exitCode = 64;
    return;
  }
  const { files, variable } = templateOf(plugin);
  for (const [file, text] of Object.entries(files)) await write(path.join(root, file), text);
  const list = fs.readFileSync(LIST, "utf8");
  const imported = list.replace(
    /(?=import \{ assemble)/,
    `import { ${variable} } from "./${plugin}/plugin.server.ts";\n`,
  );
  await write(LIST, imported.replace(/(const installed = \[[^\]]*?),?\s*\];/, `$1, ${variable}];`));
  for (const file of [...Object.keys(files), path.relative(root, LIST)]) process.stdout.write(`wrote ${file}\n`);
  process.exitCode = runTests(plugin, false);
}

async function write(file: string, text: string): Promise<void> {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
}

function runTests(plugin: string, watch: boolean): number {
  const vitest = path.join("node_modules", ".bin", "vitest");
  const own = watch ? ["watch", "--testNamePattern", "^(?!.*keeps the contract)"] : ["run"];
  const args = [...own, "--project", "flows", `test/plugins/${plugin}.test.ts`];
  return spawnSync(vitest, args, { stdio: "inherit" }).status ?? 1;
}
