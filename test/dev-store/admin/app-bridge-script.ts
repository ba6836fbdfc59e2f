// Joins the modules of app-bridge/ to one classic script, as Shopify's CDN serves it: it must run before the app's scripts.

import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export const APP_BRIDGE_PATH = "/admin/assets/app-bridge.js";

let script: Promise<string> | undefined;

export function appBridgeScript(): Promise<string> {
  script ??= bundle();
  return script;
}

async function bundle(): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL("app-bridge/main.js", import.meta.url))],
    bundle: true,
    format: "iife",
    target: "es2022",
    write: false,
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error("App Bridge was not bundled");
  return file.text;
}
