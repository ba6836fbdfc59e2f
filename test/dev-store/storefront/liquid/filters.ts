// Liquid's filters as Shopify has them. Filters that only the library has are removed, so that a block which uses one fails here
// too.

import type { Liquid } from "liquidjs";
import { formatMoney, fromHundredths } from "../money.ts";
import { findWords, type Words } from "../extension-files.ts";

export type FilterSurroundings = {
  currency: string;
  locale: string;
  now(): Date;
  timeZone: string;
  words: Words;
  fallback: Words;
  /** The URL of a file of the theme, or of the extension whose block is drawn. */
  assetUrl(name: string): string;
};

const SHOPIFYS_OWN = new Set(
  `abs append at_least at_most base64_decode base64_encode capitalize ceil compact concat date default divided_by downcase
  escape escape_once find find_index first floor has hmac_sha256 join json last lstrip map minus modulo newline_to_br plus
  prepend reject remove remove_first remove_last replace replace_first replace_last reverse round rstrip sha256 size slice
  sort sort_natural split strip strip_html strip_newlines sum times truncate truncatewords uniq upcase url_decode
  url_encode where`.split(/\s+/),
);

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

const escapeText = (text: unknown, signs = /[&<>"']/g): string =>
  String(text ?? "").replace(signs, (sign) => ENTITIES[sign] ?? sign);

/** https://github.com/Shopify/liquid/blob/main/lib/liquid/standardfilters.rb, HTML_ESCAPE_ONCE_REGEXP */
const NOT_ESCAPED_YET = /["><']|&(?!(?:[a-zA-Z]+|#\d+);)/g;
const handleize = (text: unknown): string =>
  String(text ?? "")
    .toLowerCase()
    .replace(/['’]/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "");

/** Named arguments come as pairs after the positional ones. */
function splitArguments(given: unknown[]): { plain: unknown[]; named: Record<string, unknown> } {
  const isPair = (value: unknown): value is [string, unknown] =>
    Array.isArray(value) && value.length === 2 && typeof value[0] === "string";
  return { plain: given.filter((value) => !isPair(value)), named: Object.fromEntries(given.filter(isPair)) };
}

export function fillIn(text: string, values: Record<string, unknown>): string {
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) =>
    name in values ? String(values[name] ?? "") : whole,
  );
}

/** Shopify's rules: plural forms by `count`, HTML escaped unless the key ends with _html, a missing key is named. */
export function translate(
  key: string,
  named: Record<string, unknown>,
  words: Words,
  fallback: Words,
  locale: string,
): string {
  const found = findWords(words, key) ?? findWords(fallback, key);
  const form = new Intl.PluralRules(locale).select(Number(named["count"] ?? 0));
  const text = typeof found === "object" ? (found[form] ?? found["other"]) : found;
  if (typeof text !== "string") return `Translation missing: ${locale}.${key}`;
  const filled = fillIn(text, named);
  return /(?:_|\.)html$/.test(key) ? filled : escapeText(filled);
}

function moneyFilters({ currency, locale }: FilterSurroundings): Record<string, (value: unknown) => string> {
  const amount = (value: unknown): string => fromHundredths(Number(value ?? 0));
  const shown = (value: unknown): string => formatMoney(amount(value), currency, locale);
  return {
    money: shown,
    money_with_currency: (value) => `${shown(value)} ${currency}`,
    money_without_trailing_zeros: (value) => shown(value).replace(/[.,]00(?=\D*$)/, ""),
    money_without_currency: (value) =>
      new Intl.NumberFormat(locale, { minimumFractionDigits: 2 }).format(Number(amount(value))),
  };
}

function addressOf(image: unknown): string {
  if (typeof image === "string") return image;
  const source = typeof image === "object" && image !== null && "src" in image ? image.src : "";
  return typeof source === "string" ? source : "";
}

function assetFilters({
  assetUrl,
}: FilterSurroundings): Record<string, (value: unknown, ...given: unknown[]) => string> {
  return {
    asset_url: (name) => assetUrl(String(name)),
    asset_img_url: (name) => assetUrl(String(name)),
    image_url: (image, ...given) => {
      const { width, height } = splitArguments(given).named;
      if (width === undefined && height === undefined) throw new Error("image_url needs a width or a height");
      const source = addressOf(image);
      if (source === "" || source.startsWith("data:")) return source;
      return `${source}${source.includes("?") ? "&" : "?"}${width === undefined ? "" : `width=${String(width)}`}${height === undefined ? "" : `&height=${String(height)}`}`;
    },
    image_tag: (source, ...given) => {
      const attributes = Object.entries({ alt: "", loading: "lazy", ...splitArguments(given).named });
      return `<img src="${escapeText(source)}" ${attributes.map(([name, value]) => `${name}="${escapeText(value)}"`).join(" ")}>`;
    },
    stylesheet_tag: (url) => `<link href="${escapeText(url)}" rel="stylesheet" media="all">`,
    script_tag: (url) => `<script src="${escapeText(url)}"></script>`,
    preload_tag: (url, ...given) =>
      `<link rel="preload" href="${escapeText(url)}" as="${escapeText(splitArguments(given).named["as"])}">`,
    link_to: (text, url) => `<a href="${escapeText(url)}">${String(text)}</a>`,
  };
}

/** JSON that is safe within a script element. */
const toJson = (value: unknown): string =>
  JSON.stringify(value ?? null).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** Integers divide to an integer. `100.0` arrives here as a text. */
function divide(value: unknown, by: unknown): number {
  const [left, right] = [Number(value ?? 0), Number(by)];
  if (right === 0) throw new Error("Liquid error: divided by 0");
  const whole = Number.isInteger(left) && Number.isInteger(right) && !String(by).includes(".");
  return whole ? Math.floor(left / right) : left / right;
}

export function registerFilters(liquid: Liquid, around: FilterSurroundings): void {
  const { date } = liquid.filters;
  for (const name of Object.keys(liquid.filters)) if (!SHOPIFYS_OWN.has(name)) liquid.unregisterFilter(name);
  const own: Record<string, (value: unknown, ...given: unknown[]) => unknown> = {
    ...moneyFilters(around),
    ...assetFilters(around),
    divided_by: divide,
    escape: (text) => escapeText(text),
    escape_once: (text) => escapeText(text, NOT_ESCAPED_YET),
    handle: handleize,
    handleize,
    json: toJson,
    pluralize: (count, one, other) => (Number(count) === 1 ? one : other),
    url_escape: (text) => encodeURI(String(text ?? "")),
    url_param_escape: (text) => encodeURIComponent(String(text ?? "")),
  };
  for (const [name, filter] of Object.entries(own)) liquid.registerFilter(name, filter);
  const say = (key: unknown, ...given: unknown[]): string =>
    translate(String(key), splitArguments(given).named, around.words, around.fallback, around.locale);
  liquid.registerFilter("t", say);
  liquid.registerFilter("translate", say);
  liquid.registerFilter("date", function (value: unknown, ...given: unknown[]) {
    const { plain, named } = splitArguments(given);
    const moment = value === "now" || value === "today" ? around.now() : value;
    const format = plain[0] ?? FORMATS[String(named["format"])];
    return typeof date === "function" ? date.call(this, moment, format, around.timeZone) : "";
  });
}

const FORMATS: Record<string, string> = {
  abbreviated_date: "%b %d, %Y",
  basic: "%-m/%-d/%Y",
  date: "%B %-d, %Y",
  date_at_time: "%B %-d, %Y at %I:%M %P",
  default: "%A, %B %-d, %Y at %-I:%M %P %z",
  on_date: "on %b %-d, %Y",
};
