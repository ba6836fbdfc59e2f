// Unpacks the Chromium of the package registry once in this checkout. The package itself would unpack Chromium into a folder that all
// users and checkouts of a machine share, where a process may find the half-written files of another process.
import { execFile } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";

const PROJECT = path.resolve(import.meta.dirname, "../..");
const CACHE = path.join(PROJECT, "node_modules", ".cache");
const UNPACK = 'const { default: chromium } = await import("@sparticuz/chromium"); await chromium.executablePath();';

export type Chromium = { executablePath: string; env: NodeJS.ProcessEnv };

export async function unpackChromium(): Promise<Chromium> {
  const entry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
  const manifest = path.join(entry.slice(0, entry.lastIndexOf("chromium") + "chromium".length), "package.json");
  const { version } = JSON.parse(fs.readFileSync(manifest, "utf8")) as { version: string };
  const folder = path.join(CACHE, `chromium-${version}`);
  if (!fs.existsSync(folder)) await unpackTo(folder);
  const fonts = path.join(folder, "fonts");
  const env = fs.existsSync("/etc/fonts/fonts.conf") ? {} : { FONTCONFIG_PATH: fonts };
  return { executablePath: path.join(folder, "chromium"), env: { ...process.env, ...env } };
}

/** Unpacks into a folder beside the target, and renames the folder when complete. If several processes unpack, all use the first one's. */
async function unpackTo(folder: string): Promise<void> {
  fs.mkdirSync(CACHE, { recursive: true });
  const draft = fs.mkdtempSync(`${folder}-`);
  try {
    const env = { ...process.env, TMPDIR: draft };
    await promisify(execFile)(process.execPath, ["--input-type=module", "-e", UNPACK], { cwd: PROJECT, env });
    writeFontSettings(path.join(draft, "fonts"), path.join(folder, "fonts"));
    for (const file of [draft, path.join(draft, "chromium")]) fs.chmodSync(file, 0o755);
    fs.renameSync(draft, folder);
  } catch (error) {
    fs.rmSync(draft, { recursive: true, force: true });
    if (!fs.existsSync(folder)) throw error;
  }
}

/** For a machine without fonts of its own. */
function writeFontSettings(fonts: string, place: string): void {
  const settings = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${place}</dir><cachedir>${place}-cache</cachedir></fontconfig>`;
  fs.writeFileSync(path.join(fonts, "fonts.conf"), settings);
}
