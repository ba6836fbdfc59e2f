// Which access scope a topic asks for, out of the words of the published schema's WebhookSubscriptionTopic.

import { isEnumType } from "graphql";
import { adminSchema } from "../admin-api/schema.ts";

const known = new Map<string, string[]>();

/** One of them is enough; empty where the topic asks for none, or is not in the schema, as compliance topics are not. */
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

/** Who may write may read. */
export function maySee(granted: readonly string[], topic: string): boolean {
  const scopes = scopesOf(topic);
  return scopes.length === 0 || granted.some((scope) => scopes.includes(scope.replace(/^write_/, "read_")));
}
