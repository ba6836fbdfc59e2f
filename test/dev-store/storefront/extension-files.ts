// The project's extensions as the Shopify CLI finds them: one folder each. Files are read for every page, so that an edit shows
// after a reload.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Store, TomlValue } from "../model.ts";
import { parseToml } from "../toml-parser.ts";

type Table = { [key: string]: TomlValue };

export type SettingField = {
  id: string;
  type: string;
  label: string;
  default?: unknown;
  options?: { value: string; label: string }[];
  min?: number;
  max?: number;
  step?: number;
};

export type BlockSchema = {
  name: string;
  target: "section" | "head" | "body" | "compliance_head";
  javascript?: string;
  stylesheet?: string;
  class?: string;
  tag?: string;
  available_if?: string;
  enabled_on?: { templates?: string[] };
  disabled_on?: { templates?: string[] };
  settings?: SettingField[];
};

export type ThemeBlockFile = { file: string; source: string; schema: BlockSchema };
export type ThemeExtension = { folder: string; path: string; handle: string; name: string; blocks: ThemeBlockFile[] };

export type UiExtension = {
  folder: string;
  path: string;
  handle: string;
  name: string;
  apiVersion: string;
  targets: { target: string; module: string }[];
  networkAccess: boolean;
  settings: { key: string; type: string; name: string }[];
  metafields: { namespace: string; key: string }[];
};

export const asTable = (value: TomlValue | undefined): Table =>
  typeof value === "object" && !Array.isArray(value) ? value : {};
const asTables = (value: TomlValue | undefined): Table[] => (Array.isArray(value) ? value.map(asTable) : []);
const asText = (value: TomlValue | undefined, otherwise: string): string =>
  typeof value === "string" ? value : otherwise;

function readExtensions(store: Store): { folder: string; path: string; toml: Table }[] {
  const root = join(store.config.projectDir, "extensions");
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .sort()
    .map((folder) => ({ folder, path: join(root, folder), file: join(root, folder, "shopify.extension.toml") }))
    .filter(({ file }) => existsSync(file))
    .map(({ folder, path, file }) => ({ folder, path, toml: parseToml(readFileSync(file, "utf8")) }));
}

/** A file without `[[extensions]]` is one extension. */
function entriesOf(toml: Table): Table[] {
  const listed = asTables(toml["extensions"]);
  return listed.length > 0 ? listed.map((entry) => ({ api_version: toml["api_version"] ?? "", ...entry })) : [toml];
}

export function readThemeExtensions(store: Store): ThemeExtension[] {
  return readExtensions(store).flatMap(({ folder, path, toml }) => {
    const theme = entriesOf(toml).find((entry) => entry["type"] === "theme");
    if (theme === undefined) return [];
    const name = asText(theme["name"], folder);
    return [{ folder, path, handle: asText(theme["handle"], folder), name, blocks: readBlocks(path) }];
  });
}

function readBlocks(path: string): ThemeBlockFile[] {
  const folder = join(path, "blocks");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".liquid"))
    .sort()
    .map((name) => {
      const source = readFileSync(join(folder, name), "utf8");
      return { file: basename(name, ".liquid"), source, schema: readSchema(source, name) };
    });
}

function readSchema(source: string, name: string): BlockSchema {
  const text = /\{%-?\s*schema\s*-?%\}([\s\S]*?)\{%-?\s*endschema\s*-?%\}/.exec(source)?.[1];
  if (text === undefined) throw new Error(`The block ${name} has no schema`);
  return JSON.parse(text) as BlockSchema;
}

export function readUiExtensions(store: Store): UiExtension[] {
  return readExtensions(store).flatMap(({ folder, path, toml }) =>
    entriesOf(toml)
      .filter((entry) => entry["type"] === "ui_extension")
      .map((entry) => ({
        folder,
        path,
        handle: asText(entry["handle"], folder),
        name: asText(entry["name"], folder),
        apiVersion: asText(entry["api_version"], ""),
        targets: asTables(entry["targeting"]).map((targeting) => ({
          target: asText(targeting["target"], ""),
          module: asText(targeting["module"], ""),
        })),
        networkAccess: asTable(entry["capabilities"])["network_access"] === true,
        settings: asTables(asTable(entry["settings"])["fields"]).map((field) => ({
          key: asText(field["key"], ""),
          type: asText(field["type"], "single_line_text_field"),
          name: asText(field["name"], asText(field["key"], "")),
        })),
        metafields: asTables(entry["metafields"]).map((metafield) => ({
          namespace: asText(metafield["namespace"], "$app"),
          key: asText(metafield["key"], ""),
        })),
      })),
  );
}

/** `needs`: the permissions without which Shopify does not load the pixel. */
export type PixelExtension = { folder: string; path: string; needs: string[]; settings: string[] };

/** An app has one web pixel at most. */
export function readPixelExtension(store: Store): PixelExtension | null {
  const [found] = readExtensions(store).filter(({ toml }) => toml["type"] === "web_pixel_extension");
  if (found === undefined) return null;
  const privacy = asTable(found.toml["customer_privacy"]);
  const needs = ["analytics", "marketing", "preferences"].filter((purpose) => privacy[purpose] === true);
  if (privacy["sale_of_data"] !== "disabled") needs.push("sale_of_data");
  const settings = Object.keys(asTable(asTable(found.toml["settings"])["fields"]));
  return { folder: found.folder, path: found.path, needs, settings };
}

export function findBlock(extensions: ThemeExtension[], block: string): [ThemeExtension, ThemeBlockFile] | null {
  const [folder, file] = block.split("/");
  const extension = extensions.find((entry) => entry.folder === folder);
  const found = extension?.blocks.find((entry) => entry.file === file);
  return extension && found ? [extension, found] : null;
}

/** An extension's texts in a locale: from the locale's file, else the language's, else the default's. */
export function readLocale(
  path: string,
  locale: string,
  suffix = "",
): { locale: string; words: Words; fallback: Words } {
  const folder = join(path, "locales");
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const read = (name: string): Words => JSON.parse(readFileSync(join(folder, name), "utf8")) as Words;
  const defaultName = names.find((name) => name.endsWith(`.default${suffix}.json`));
  const language = locale.split("-")[0] ?? locale;
  const own = [locale, language].map((code) => `${code}${suffix}.json`).find((name) => names.includes(name));
  return {
    locale: own ? own.slice(0, -`${suffix}.json`.length) : (defaultName?.split(".")[0] ?? "en"),
    words: own ? read(own) : {},
    fallback: defaultName ? read(defaultName) : {},
  };
}

export type Words = { [key: string]: string | Words };

export function findWords(words: Words, key: string): string | Words | undefined {
  return key
    .split(".")
    .reduce<string | Words | undefined>(
      (branch, part) => (typeof branch === "object" ? branch[part] : undefined),
      words,
    );
}

/** All locales of the extensions, with the default. */
export function knownLocales(store: Store): string[] {
  const found = readExtensions(store).flatMap(({ path }) => {
    const folder = join(path, "locales");
    return existsSync(folder) ? readdirSync(folder) : [];
  });
  return [...new Set(found.filter((name) => !name.includes(".schema")).map((name) => name.split(".")[0] ?? ""))].filter(
    Boolean,
  );
}
