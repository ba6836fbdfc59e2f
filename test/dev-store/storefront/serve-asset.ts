// Serves files from disk to the browser.

import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import type { StoreAnswer } from "../http.ts";

const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".gif": "image/gif",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
};

/** Null: the folder has no such file, or its type is not served. Any origin may read the file, as on Shopify's CDN. */
export async function serveAsset(folder: string, name: string): Promise<StoreAnswer | null> {
  const type = TYPES[extname(name)];
  const path = normalize(join(folder, name));
  if (type === undefined || !path.startsWith(normalize(folder) + sep)) return null;
  try {
    const body = await readFile(path);
    return {
      status: 200,
      headers: { "content-type": type, "access-control-allow-origin": "*", "cache-control": "no-cache" },
      body,
    };
  } catch {
    return null;
  }
}
