// Builds the extensions that Shopify hosts: bundles UI extensions and the web pixel, checks the theme extension, and enforces size
// limits.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { themeCheckRun } from "@shopify/theme-check-node";
import { build } from "esbuild";

const KB = 1024;
/** Bytes. Shopify enforces two of the limits at deploy. `storefront` is our own, for all scripts that a storefront loads. */
const LIMITS = { bundle: 64 * KB, storefront: 4 * KB, liquid: 100 * KB };

type Measured = { what: string; bytes: number; limit: number };
/** `script`: the bytes of the scripts that a storefront loads, compressed. */
type Theme = Report & { script: number };
type Report = { sizes: Measured[]; faults: string[] };

const root = import.meta.dirname;
const compressed = (file: string): number => gzipSync(readFileSync(file), { level: 9 }).length;
const filesOf = (folder: string, suffix: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(suffix))
        .map((name) => path.join(folder, name))
    : [];

const tomlOf = (folder: string): string => readFileSync(path.join(folder, "shopify.extension.toml"), "utf8");

const isPixel = (folder: string): boolean => /^type\s*=\s*"web_pixel_extension"/m.test(tomlOf(folder));

/** The module that shopify.extension.toml names. Of a web pixel, Shopify's CLI takes src/index. */
function entryOf(folder: string): string | null {
  if (isPixel(folder)) return path.join(folder, "src", "index.ts");
  const toml = path.join(folder, "shopify.extension.toml");
  const modules = [...tomlOf(folder).matchAll(/^\s*module\s*=\s*"([^"]+)"/gm)].map((match) => match[1] ?? "");
  const [entry, ...more] = [...new Set(modules)];
  if (more.length) throw new Error(`${toml} names several modules: give each its own extension.`);
  return entry ? path.join(folder, entry) : null;
}

/** The URL to which a UI extension sends answers: SHOPIFY_APP_URL, which `shopify app dev` sets, else that of shopify.app.toml. */
function appUrl(): string {
  const toml = readFileSync(path.join(root, "..", "shopify.app.toml"), "utf8");
  return process.env.SHOPIFY_APP_URL ?? /^application_url\s*=\s*"([^"]+)"/m.exec(toml)?.[1] ?? "";
}

export async function bundleExtension(folder: string): Promise<Measured | null> {
  const entry = entryOf(folder);
  if (!entry) return null;
  const name = path.basename(folder);
  const outfile = path.join(folder, "dist", `${name}.js`);
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    // A web pixel runs as a script in its worker, and not as a module.
    format: isPixel(folder) ? "iife" : "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    define: { "process.env.NODE_ENV": '"production"', "process.env.APP_URL": JSON.stringify(appUrl()) },
    logLevel: "error",
  });
  return { what: `${name}: bundle, compressed`, bytes: compressed(outfile), limit: LIMITS.bundle };
}

export async function checkTheme(folder: string): Promise<Theme> {
  const { offenses } = await themeCheckRun(folder, path.join(folder, ".theme-check.yml"), () => undefined);
  const name = path.basename(folder);
  const scripts = filesOf(path.join(folder, "assets"), ".js").map((file) => compressed(file));
  const liquid = filesOf(folder, ".liquid").map((file) => readFileSync(file).length);
  const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0);
  return {
    script: sum(scripts),
    sizes: [{ what: `${name}: Liquid`, bytes: sum(liquid), limit: LIMITS.liquid }],
    faults: offenses.map(({ check, message, uri, start }) => {
      const file = path.relative(root, decodeURIComponent(uri.replace(pathToFileURL("/").href, "/")));
      return `${file}:${start.line + 1} ${check}: ${message}`;
    }),
  };
}

export async function buildExtensions(folders = root): Promise<Report> {
  const report: Report = { sizes: [], faults: [] };
  let storefront = 0;
  for (const entry of readdirSync(folders, { withFileTypes: true })) {
    const folder = path.join(folders, entry.name);
    if (!entry.isDirectory() || !existsSync(path.join(folder, "shopify.extension.toml"))) continue;
    if (existsSync(path.join(folder, "blocks"))) {
      const theme = await checkTheme(folder);
      report.sizes.push(...theme.sizes);
      report.faults.push(...theme.faults);
      storefront += theme.script;
    } else {
      const bundle = await bundleExtension(folder);
      if (bundle) report.sizes.push(bundle);
      if (bundle && isPixel(folder)) storefront += bundle.bytes;
    }
  }
  report.sizes.push({ what: "storefront: JavaScript, compressed", bytes: storefront, limit: LIMITS.storefront });
  const tooLarge = report.sizes.filter(({ bytes, limit }) => bytes > limit);
  report.faults.push(...tooLarge.map(({ what, bytes, limit }) => `${what}: ${bytes} bytes are more than ${limit}`));
  return report;
}

if (import.meta.main) {
  const { sizes, faults } = await buildExtensions();
  for (const { what, bytes, limit } of sizes) console.log(`${what.padEnd(40)} ${bytes} of ${limit} bytes`);
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length ? 1 : 0;
}
