// Checks the locale files: every key that the code uses has an English text, the code uses every English key, and the texts that
// customers see are complete in Gujarati and Punjabi. Customers see:
//   extensions/*/locales      every text
//   app/**/locales            the file `shopper.json` and the branch `shopper`; another file may be translated, and is then complete
import fs from "node:fs";
import path from "node:path";
import { keysInCode, type NamedKeys, sourceFiles } from "./words-in-code.ts";

type Words = Map<string, string>;

const LANGUAGES = ["gu", "pa"];
/** Names that are not translated. */
const NAMES = /Regulars|Shopify/g;
const PLURAL = /_(zero|one|two|few|many|other)$/;

export function wordFaults(root: string): string[] {
  const app = path.join(root, "app");
  const english = new Map<string, string>();
  const faults: string[] = [];
  for (const { file, name } of appFiles(app)) {
    const words = readWords(file);
    for (const [key, text] of words) english.set(`${name}.${key}`, text);
    faults.push(...appTranslations(root, file, name, words));
  }
  const named = keysInCode(sourceFiles(app, /\.tsx?$/), root);
  faults.push(...namedFaults(english, named, "app"));
  for (const extension of foldersOf(path.join(root, "extensions")))
    faults.push(...extensionFaults(root, extension, named.texts));
  return faults;
}

/** English files and the first part of their keys: the file's name, or the plugin's. */
function appFiles(app: string): { file: string; name: string }[] {
  const ofDomains = filesOf(path.join(app, "locales", "en")).map((file) => ({
    file,
    name: path.basename(file, ".json"),
  }));
  const ofPlugins = foldersOf(path.join(app, "plugins"))
    .map((folder) => ({ file: path.join(folder, "locales", "en.json"), name: path.basename(folder) }))
    .filter(({ file }) => fs.existsSync(file));
  return [...ofDomains, ...ofPlugins];
}

function appTranslations(root: string, file: string, name: string, english: Words): string[] {
  const isPlugin = path.basename(file) === "en.json";
  return LANGUAGES.flatMap((language) => {
    const other = isPlugin
      ? path.join(path.dirname(file), `${language}.json`)
      : path.join(path.dirname(file), "..", language, path.basename(file));
    const there = fs.existsSync(other);
    const needed = there || name === "shopper" ? english : only(english, /^shopper\./);
    if (needed.size === 0) return [];
    return translationFaults(path.relative(root, other), needed, there ? readWords(other) : new Map());
  });
}

/** `inApp`: the app may name an extension's texts too, which it then publishes for the extension. */
function extensionFaults(root: string, folder: string, inApp: NamedKeys["texts"]): string[] {
  const locales = path.join(folder, "locales");
  const file = path.join(locales, "en.default.json");
  if (!fs.existsSync(file)) return [];
  const english = readWords(file);
  const named = keysInCode(sourceFiles(folder, /\.(liquid|jsx?|tsx?)$/), root);
  const texts = new Set([...named.texts, ...inApp]);
  return [
    ...namedFaults(english, { ...named, texts }, path.relative(root, folder)),
    ...LANGUAGES.flatMap((language) => {
      const other = path.join(locales, `${language}.json`);
      return translationFaults(
        path.relative(root, other),
        english,
        fs.existsSync(other) ? readWords(other) : new Map(),
      );
    }),
  ];
}

function translationFaults(file: string, english: Words, other: Words): string[] {
  const faults: string[] = [];
  for (const [key, text] of english) {
    const translated = other.get(key);
    if (!translated?.trim()) faults.push(`${file}: ${key} is missing. In English: ${text}`);
    else if (translated === text && hasWords(text)) faults.push(`${file}: ${key} is the English text. Translate it.`);
    else if (gaps(translated) !== gaps(text))
      faults.push(`${file}: ${key} has not the placeholders of the English text.`);
  }
  for (const key of other.keys()) if (!english.has(key)) faults.push(`${file}: ${key} is not in English. Remove it.`);
  return faults;
}

const gaps = (text: string) =>
  [...text.matchAll(/\{\{\s*(\w+)/g)]
    .map(([, name]) => name)
    .sort()
    .join(" ");
const hasWords = (text: string) => /\p{L}/u.test(text.replace(/\{\{[^}]*\}\}/g, "").replace(NAMES, ""));
const only = (words: Words, keys: RegExp): Words => new Map([...words].filter(([key]) => keys.test(key)));

function namedFaults(english: Words, named: NamedKeys, where: string): string[] {
  const keys = [...new Set([...english.keys()].map((key) => key.replace(PLURAL, "")))];
  const exists = (key: string) => english.has(key) || keys.includes(key) || keys.includes(`app.${key}`);
  const missing = named.lookups.filter(({ key }) =>
    typeof key === "string" ? !exists(key) : ![...keys, ...english.keys()].some((each) => key.test(each)),
  );
  const unused = [...english.keys()].filter((key) => !isNamed(key, named));
  return [
    ...missing.map(
      ({ key, place }) => `${place}: ${key instanceof RegExp ? key.source : key} is in no English locale file.`,
    ),
    ...unused.map((key) => `${where}: the English text ${key} is named nowhere. Remove it, or use it.`),
  ];
}

function isNamed(key: string, { texts, patterns }: NamedKeys): boolean {
  const forms = [key, key.replace(PLURAL, "")];
  // The code names a fault's key without its first part, which is added when the fault is shown.
  return forms.some(
    (form) =>
      texts.has(form) || texts.has(form.slice(form.indexOf(".") + 1)) || patterns.some((pattern) => pattern.test(form)),
  );
}

function readWords(file: string): Words {
  const words: Words = new Map();
  const walk = (tree: unknown, prefix: string) => {
    for (const [name, value] of Object.entries(tree as Record<string, unknown>)) {
      if (typeof value === "string") words.set(prefix + name, value);
      else walk(value, `${prefix}${name}.`);
    }
  };
  walk(JSON.parse(fs.readFileSync(file, "utf8")), "");
  return words;
}

const filesOf = (folder: string) =>
  fs.existsSync(folder)
    ? fs
        .readdirSync(folder)
        .filter((name) => name.endsWith(".json"))
        .map((name) => path.join(folder, name))
    : [];
const foldersOf = (folder: string) =>
  fs.existsSync(folder)
    ? fs
        .readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => path.join(folder, entry.name))
    : [];

if (import.meta.main) {
  const faults = wordFaults(path.resolve(import.meta.dirname, "../.."));
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
