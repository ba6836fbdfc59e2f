// Checks what a plugin needs beside its code: a folder of the plugin's name, words for its labels, and the topics and scopes in
// shopify.app.toml.
import fs from "node:fs";
import path from "node:path";
import { PROJECT } from "../../project.server.ts";
import { fieldLabels, type Label } from "./contributions/contribution.ts";
import { addedBy, CONTRIBUTION_LIST } from "./contributions.server.ts";
import type { Plugin } from "../plugin.ts";

export function fileFaults(plugins: readonly Plugin[], project = PROJECT): string[] {
  const app = path.join(project, "app");
  const domains = path.join(app, "locales", "en");
  const trees = new Map(fs.readdirSync(domains).map((file) => [path.basename(file, ".json"), readJson(domains, file)]));
  const taken = new Set(trees.keys());
  for (const { name } of plugins) {
    const words = readJson(app, `plugins/${name}/locales/en.json`);
    if (words !== null && !taken.has(name)) trees.set(name, words);
  }
  const config = readAppConfig(project);
  return plugins.flatMap((plugin) => {
    const said = labelsOf(plugin).filter(({ key }) => !isText(trees, key));
    return [
      ...(taken.has(plugin.name)
        ? ["its name is that of a part of the app, whose words it would hide. Rename it."]
        : []),
      ...(fs.existsSync(path.join(app, "plugins", plugin.name))
        ? []
        : [`there is no folder app/plugins/${plugin.name}. Give the folder and the plugin one name.`]),
      ...said.map(
        ({ what, key }) => `${what} "${key}" has no words. Write them into app/plugins/${plugin.name}/locales/en.json.`,
      ),
      ...(config ? configFaults(plugin, config) : []),
    ].map((fault) => `Plugin "${plugin.name}": ${fault}`);
  });
}

function readJson(folder: string, file: string): unknown {
  const place = path.join(folder, file);
  if (!fs.existsSync(place)) return null;
  try {
    return JSON.parse(fs.readFileSync(place, "utf8"));
  } catch (error) {
    throw new Error(`${place} isn't valid JSON: ${(error as Error).message}. Correct it.`, { cause: error });
  }
}

function isText(trees: ReadonlyMap<string, unknown>, key: string): boolean {
  const [first = "", ...rest] = key.split(".");
  const found = rest.reduce<unknown>((tree, part) => ownOf(tree, part), trees.get(first));
  return typeof found === "string" && found.trim() !== "";
}

const ownOf = (tree: unknown, name: string): unknown =>
  typeof tree === "object" && tree !== null && Object.hasOwn(tree, name)
    ? (tree as Record<string, unknown>)[name]
    : undefined;

const labelsOf = (plugin: Plugin): Label[] => [
  { what: "its label", key: plugin.label },
  { what: "its description", key: plugin.description },
  ...fieldLabels("the setting", plugin.settings ?? {}),
  ...(plugin.sends ?? []).map(({ host, purpose }) => ({ what: `the purpose of sending to ${host}`, key: purpose })),
  ...CONTRIBUTION_LIST.flatMap(([kind, { labels }]) =>
    Object.entries(addedBy(plugin, kind)).flatMap(([name, it]) => labels(name, it)),
  ),
];

type AppConfig = { file: string; topics: string[]; scopes: string[] };

/** Reads the topics and scopes of shopify.app.toml. Returns null in an installation without that file. */
function readAppConfig(project: string): AppConfig | null {
  const file = fs
    .readdirSync(project)
    .filter((name) => /^shopify\.app(\..+)?\.toml$/.test(name))
    .sort((a, b) => a.length - b.length)[0];
  if (file === undefined) return null;
  const text = fs.readFileSync(path.join(project, file), "utf8").replaceAll(/^\s*#.*$/gm, "");
  const listed = (name: string) =>
    [...text.matchAll(new RegExp(`^\\s*${name}\\s*=\\s*\\[([^\\]]*)\\]`, "gm"))].flatMap(([, list = ""]) =>
      [...list.matchAll(/"([^"]*)"|'([^']*)'/g)].map(([, double, single]) => double ?? single ?? ""),
    );
  const scopes = /^\s*scopes\s*=\s*["']([^"']*)["']/m.exec(text)?.[1] ?? "";
  return {
    file,
    topics: listed("topics"),
    scopes: [...scopes.split(",").map((scope) => scope.trim()), ...listed("optional_scopes")],
  };
}

function configFaults({ topics = [], webhooks = {}, scopes = [] }: Plugin, asked: AppConfig): string[] {
  const lacking = [...new Set([...topics, ...Object.keys(webhooks)])].filter((topic) => !asked.topics.includes(topic));
  const list = lacking.map((topic) => `"${topic}"`).join(", ");
  const needed = scopes.filter((scope) => !asked.scopes.includes(scope));
  return [
    ...(lacking.length > 0
      ? [
          `${asked.file} does not subscribe to ${list}. Correct the name of the topic, or paste there:\n  [[webhooks.subscriptions]]\n  topics = [${list}]\n  uri = "/webhooks"`,
        ]
      : []),
    ...(needed.length > 0
      ? [`${asked.file} does not ask for the scope ${needed.join(", ")}. Add it to scopes there.`]
      : []),
  ];
}
