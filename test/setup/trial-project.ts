// Makes a built copy of the project with one more plugin in the list of plugins, so that a test can open the plugin's pages.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

const PROJECT = path.resolve(import.meta.dirname, "../..");
const COPIED = [
  "app",
  "extensions",
  "prisma",
  "public",
  "package.json",
  "shopify.app.toml",
  "tsconfig.json",
  "vite.config.ts",
];
const LEFT_OUT = /[\\/](node_modules|dist)$|\.test\.tsx?$/;

/** `name`: the plugin's folder in test/plugins. The copy uses the packages of the project, in whose folder the copy is. */
export function buildWithPlugin(name: string, variable: string): { folder: string; remove(): void } {
  const folder = path.join(PROJECT, ".data", `with-${name}-${process.pid}`);
  const remove = () => fs.rmSync(folder, { recursive: true, force: true });
  for (const entry of COPIED)
    fs.cpSync(path.join(PROJECT, entry), path.join(folder, entry), {
      recursive: true,
      filter: (from) => !LEFT_OUT.test(from),
    });
  const plugins = path.join(folder, "app/plugins");
  fs.cpSync(path.join(PROJECT, "test/plugins", name), path.join(plugins, name), { recursive: true });
  edit(path.join(plugins, name, "plugin.server.ts"), (text) =>
    text.replaceAll("../../../app/plugins/", "../").replaceAll("../../../app/", "../../"),
  );
  edit(path.join(plugins, "installed.server.ts"), (text) =>
    `import { ${variable} } from "./${name}/plugin.server.ts";\n${text}`.replace(
      /(const installed = \[[^\]]*)/,
      `$1, ${variable}`,
    ),
  );
  const remix = path.join(PROJECT, "node_modules/.bin/remix");
  const env = { ...process.env, NODE_ENV: "production" as const };
  const built = spawnSync(remix, ["vite:build"], { cwd: folder, env, encoding: "utf8" });
  if (built.status !== 0) {
    remove();
    throw new Error(`the copy could not be built:\n${built.stdout}${built.stderr}`);
  }
  return { folder, remove };
}

function edit(file: string, change: (text: string) => string): void {
  fs.writeFileSync(file, change(fs.readFileSync(file, "utf8")));
}
