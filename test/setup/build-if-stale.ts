// Builds the app and the extensions for tests that need them, unless nothing has changed since the last build.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

const INPUTS = ["app", "extensions", "prisma/schema.prisma", "public", "package-lock.json", "vite.config.ts"];
const OUTPUTS = ["build/server/index.js", "extensions/thank-you/dist/thank-you.js"];
const NOT_INPUT = /(^|[\\/])(dist|node_modules)([\\/]|$)|\.test\./;

function newest(entry: string): number {
  const stat = fs.statSync(entry, { throwIfNoEntry: false });
  if (!stat || NOT_INPUT.test(entry)) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...fs.readdirSync(entry).map((name) => newest(path.join(entry, name))));
}

/** Call it in the root of the checkout. Throws if the build fails. */
export function buildIfStale() {
  const built = Math.min(...OUTPUTS.map((file) => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0));
  if (built > Math.max(...INPUTS.map((entry) => newest(entry)))) return;
  process.stdout.write("building\n");
  // Extensions contain the app's address, which is the address in shopify.app.toml and not the one of a test's settings.
  const env = { ...process.env };
  for (const name of ["SHOPIFY_APP_URL", "NODE_ENV"]) Reflect.deleteProperty(env, name);
  const result = spawnSync("npm", ["run", "--silent", "build"], { stdio: "inherit", env });
  if (result.status !== 0) throw new Error("The build failed: see above.");
}
