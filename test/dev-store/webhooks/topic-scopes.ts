// The access scope that a topic requires, from the descriptions of WebhookSubscriptionTopic in the published schema.

import { isEnumType } from "graphql";
import { adminSchema } from "../admin-api/schema.ts";

const known = new Map<string, string[]>();

/** One of them is enough. Empty if the topic requires none or is not in the schema, as compliance topics are not. */
function scopesOf(topic: string): string[] {
  const cached = known.get(topic);
  if (cached !== undefined) return cached;
  const type = adminSchema().schema.getType("WebhookSubscriptionTopic");
  const name = topic.replace(/[/.]/g, "_").toUpperCase();
  const words = isEnumType(type) ? (type.getValue(name)?.description ?? "") : "";
  const scopes = /Requires[^]*scope/.test(words) ? (words.match(/\bread_\w+/g) ?? []) : [];
  known.set(topic, scopes);
  return scopes;
}

/** A write scope includes its read scope. */
export function maySee(granted: readonly string[], topic: string): boolean {
  const scopes = scopesOf(topic);
  return scopes.length === 0 || granted.some((scope) => scopes.includes(scope.replace(/^write_/, "read_")));
}
