// Shopify's global ids: gid://shopify/Customer/123.

import { refusal } from "./refusal.ts";

export type Gid = { type: string; id: string };

export function gid(type: string, id: string): string {
  return `gid://shopify/${type}/${id}`;
}

export function parseGid(value: string): Gid | null {
  const match = /^gid:\/\/shopify\/([A-Za-z]+)\/([^/?]+)(\?.*)?$/.exec(value);
  return match?.[1] === undefined || match[2] === undefined ? null : { type: match[1], id: match[2] };
}

/** The plain id if the value is a global id of that type, else null. */
export function idOf(type: string, value: string): string | null {
  const parsed = parseGid(value);
  return parsed?.type === type ? parsed.id : null;
}

/** The plain id. An id of another type is refused, as recorded for segmentUpdate and segmentDelete. */
export function ownId(type: string | readonly string[], value: string): string {
  const parsed = parseGid(value);
  if (parsed === null || ![type].flat().includes(parsed.type)) throw refusal("invalid id", "RESOURCE_NOT_FOUND");
  return parsed.id;
}
