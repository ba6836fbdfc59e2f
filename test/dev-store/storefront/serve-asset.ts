// Files that a browser asks for, sent as they lie on disk.

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

/** Null: no such file in the folder, or a type that is not served. Any origin may read it, as on Shopify's CDN. */
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
