// Does shopify.app.toml ask Shopify for what the installed plugins need? If not: the lines to paste.
import path from "node:path";
import type { Plugin } from "../../app/plugins/plugin.ts";
import { readAppConfig } from "../dev-store/toml.ts";

type Needs = Pick<Plugin, "name" | "topics" | "scopes" | "webhooks">;
type Asked = { scopes: string[]; optionalScopes: string[]; subscriptions: { topic: string }[] };

export function missingLines(plugins: readonly Needs[], asked: Asked): string[] {
  const lines: string[] = [];
  for (const { name, topics = [], scopes = [], webhooks = {} } of plugins) {
    const subscribed = asked.subscriptions.map(({ topic }) => topic);
    const needed = [...new Set([...topics, ...Object.keys(webhooks)])].filter((topic) => !subscribed.includes(topic));
    if (needed.length > 0) {
      const list = needed.map((topic) => `"${topic}"`).join(", ");
      lines.push(
        `Plugin ${name} waits for topics that shopify.app.toml does not name. Paste:\n  [[webhooks.subscriptions]]\n  topics = [${list}]\n  uri = "/webhooks"`,
      );
    }
    const lacking = scopes.filter((scope) => ![...asked.scopes, ...asked.optionalScopes].includes(scope));
    if (lacking.length > 0) {
      const all = [...asked.scopes, ...lacking].join(",");
      lines.push(`Plugin ${name} needs scopes that shopify.app.toml does not ask for. Paste:\n  scopes = "${all}"`);
    }
  }
  return lines;
}

if (import.meta.main) {
  const { registry } = await import("../../app/plugins/installed.server.ts");
  const lines = missingLines(registry.plugins, readAppConfig(path.resolve(import.meta.dirname, "../..")));
  for (const line of lines) process.stdout.write(`${line}\n`);
  process.exitCode = lines.length > 0 ? 1 : 0;
}
