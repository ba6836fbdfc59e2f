// Files that the app uploads for bulk mutations. The URL is handed out first, and the file is uploaded then.

import { randomUUID } from "node:crypto";
import type { ShopState } from "../../model.ts";

/** By the upload's key, which is also the stagedUploadPath. Null: not uploaded yet. */
const uploads = new WeakMap<ShopState, Map<string, Buffer | null>>();

function uploadsOf(shop: ShopState): Map<string, Buffer | null> {
  let map = uploads.get(shop);
  if (map === undefined) {
    map = new Map();
    uploads.set(shop, map);
  }
  return map;
}

export function promiseUpload(shop: ShopState, filename: string): string {
  const key = `tmp/${shop.id}/bulk/${randomUUID()}/${filename}`;
  uploadsOf(shop).set(key, null);
  return key;
}

/** Returns false for an unknown key. */
export function fillUpload(shop: ShopState, key: string, file: Buffer): boolean {
  if (!uploadsOf(shop).has(key)) return false;
  uploadsOf(shop).set(key, file);
  return true;
}

export function findUpload(shop: ShopState, key: string): Buffer | null {
  return uploadsOf(shop).get(key) ?? null;
}
