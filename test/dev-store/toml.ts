// Reads shopify.app.toml as Shopify does: the app's subscriptions, scopes and URLs.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AppConfig, Subscription, TomlValue } from "./model.ts";
import { parseToml } from "./toml-parser.ts";

type Table = { [key: string]: TomlValue };

export function readAppConfig(projectDir: string): AppConfig {
  return toAppConfig(parseToml(readFileSync(join(projectDir, "shopify.app.toml"), "utf8")));
}

export function toAppConfig(toml: Table): AppConfig {
  const webhooks = table(toml["webhooks"]);
  const scopes = table(toml["access_scopes"]);
  const proxy = table(toml["app_proxy"]);
  const name = text(toml["name"]) ?? "App";
  return {
    clientId: text(toml["client_id"]) ?? "",
    name,
    handle: text(toml["handle"]) ?? name.toLowerCase().replace(/[^a-z0-9]+/g, "-"),
    applicationUrl: text(toml["application_url"]) ?? "",
    scopes: (text(scopes["scopes"]) ?? "")
      .split(",")
      .map((scope) => scope.trim())
      .filter(Boolean),
    optionalScopes: texts(scopes["optional_scopes"]),
    apiVersion: text(webhooks["api_version"]) ?? "2026-10",
    subscriptions: tables(webhooks["subscriptions"]).flatMap(toSubscriptions),
    proxy:
      toml["app_proxy"] === undefined
        ? null
        : {
            url: text(proxy["url"]) ?? "",
            prefix: text(proxy["prefix"]) ?? "apps",
            subpath: text(proxy["subpath"]) ?? "",
          },
    toml,
  };
}

function toSubscriptions(entry: Table): Subscription[] {
  const topics = [...texts(entry["topics"]), ...texts(entry["compliance_topics"])];
  return topics.map((topic) => ({
    topic,
    uri: text(entry["uri"]) ?? "",
    name: text(entry["name"]),
    includeFields: texts(entry["include_fields"]),
    filter: text(entry["filter"]),
  }));
}

function text(value: TomlValue | undefined): string | null {
  return typeof value === "string" ? value : null;
}

function texts(value: TomlValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

function table(value: TomlValue | undefined): Table {
  return isTable(value) ? value : {};
}

function tables(value: TomlValue | undefined): Table[] {
  return Array.isArray(value) ? value.filter(isTable) : [];
}

function isTable(value: TomlValue | undefined): value is Table {
  return typeof value === "object" && !Array.isArray(value);
}
