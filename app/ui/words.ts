// The words of the app: one file a domain and language under app/locales, and a plugin's in its own folder. The first part
// of a key is the file's name or the plugin's.
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

/** One instance a request: two merchants may speak two languages at once. */
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

/** A code of a platform or a plugin for which nobody wrote a word, as one reads it: `NOT_SUBSCRIBED` is "Not subscribed". */
export function codeText(code: string): string {
  const words = code
    .replaceAll(/[_/.:-]+/g, " ")
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
