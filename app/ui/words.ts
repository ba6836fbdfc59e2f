// Loads the locale files: one for each domain and language under app/locales, and each plugin's own in the plugin's folder. The
// first part of a key is the name of the file or of the plugin.
import i18next, { type i18n, type Resource } from "i18next";
import { initReactI18next } from "react-i18next";

type Tree = { [key: string]: string | Tree };

const ofDomains = import.meta.glob<Tree>("../locales/*/*.json", { eager: true, import: "default" });
const ofPlugins = import.meta.glob<Tree>("../plugins/*/locales/*.json", { eager: true, import: "default" });

function gather(): Resource {
  const words: Record<string, { translation: Tree }> = {};
  const add = (locale: string, name: string, tree: Tree) => {
    words[locale] ??= { translation: {} };
    words[locale].translation[name] = tree;
  };
  for (const [path, tree] of Object.entries(ofDomains)) {
    const [, locale, name] = /locales\/([^/]+)\/([^/]+)\.json$/.exec(path) ?? [];
    if (locale && name) add(locale, name, tree);
  }
  for (const [path, tree] of Object.entries(ofPlugins)) {
    const [, name, locale] = /plugins\/([^/]+)\/locales\/([^/]+)\.json$/.exec(path) ?? [];
    if (locale && name) add(locale, name, tree);
  }
  return words;
}

/** Each request has an instance of its own, since requests in two languages may run at the same time. */
export function openWords(locale: string): i18n {
  const words = i18next.createInstance();
  void words.use(initReactI18next).init({
    lng: locale,
    fallbackLng: "en",
    resources: gather(),
    initAsync: false,
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  return words;
}

/** A readable text for a code that the locale files do not have: `NOT_SUBSCRIBED` becomes "Not subscribed". */
export function codeText(code: string): string {
  const words = code
    .replaceAll(/[_/.:-]+/g, " ")
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
