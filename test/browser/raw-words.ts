// Finds texts that no person should read: placeholders, names from programs, codes of Shopify or of ours, and unrounded numbers.
import fs from "node:fs";
import path from "node:path";
import { isEnumType } from "graphql";
import type { Frame } from "playwright-core";
import { BLOCKS } from "../../app/blocks.ts";
import { OFFER_STATES } from "../../app/offers/offer.ts";
import { SEEN_AS } from "../../app/offers/standing/seen-as.ts";
import { placements } from "../../app/offers/wire.ts";
import { registry } from "../../app/plugins/installed.server.ts";
import { isFunction } from "../../app/segments/attribute.server.ts";
import { adminSchema } from "../dev-store/admin-api/schema.ts";

const root = path.resolve(import.meta.dirname, "../..");

/** Abbreviations that people write. Codes of currencies, countries and languages are allowed too. */
const SAID = new Set(["SMS", "URL", "RFM", "NPS", "GMT", "UTC", "API", "JSON", "OR", "AND", "NOT"]);
const PEOPLE_WRITE = /^(Currency|Country|Language|Unit|Weight|Length)/;

/** Codes in capitals: all enumerations of Shopify's schema, and the values of plugins' attributes. */
function codes(): string[] {
  const ofShopify = Object.values(adminSchema().schema.getTypeMap())
    .filter((type) => isEnumType(type) && !type.name.startsWith("__") && !PEOPLE_WRITE.test(type.name))
    .flatMap((type) => (isEnumType(type) ? type.getValues().map(({ name }) => name) : []));
  const ofPlugins = Object.values(registry.attributes).flatMap((one) =>
    isFunction(one) ? [] : [...(("values" in one ? one.values : null) ?? [])],
  );
  return [...new Set([...ofShopify, ...ofPlugins])].filter((code) => /^[A-Z][A-Z_]{2,}$/.test(code) && !SAID.has(code));
}

/** Our own states, from the lists in the code and from the values in backquotes in the schema's comments. */
function states(): string[] {
  const schema = fs.readFileSync(path.join(root, "prisma/schema.prisma"), "utf8");
  const told = [...schema.matchAll(/\/\/\/.*/g)].flatMap(([line]) =>
    [...line.matchAll(/`([a-z_]+)`/g)].map(([, word]) => word),
  );
  return [...new Set([...OFFER_STATES, ...SEEN_AS, ...placements, ...BLOCKS, ...told.flatMap((word) => word ?? [])])];
}

/** Names of the segment language, which merchants write and which faults of queries name. */
function language(): string[] {
  const entries = Object.entries(registry.attributes);
  return entries.flatMap(([name, one]) => [name, ...(isFunction(one) ? Object.keys(one.params) : [])]);
}

const lists = { codes: codes(), states: states(), language: language() };
type Lists = typeof lists;

/** Searches the texts of the frame and the labels for screen readers, also in collapsed parts. */
export const findRawWords = (frame: Frame): Promise<string[]> => frame.evaluate(readRawWords, lists);

/** Runs in the page. */
function readRawWords({ codes, states, language }: Lists): string[] {
  const isCode = new Set(codes);
  const isState = new Set(states);
  const isWritten = new Set(language);
  // Queries and code are shown as they are and not translated.
  const APART = "script, style, noscript, template, code, textarea, [translate=no], .cm-editor, .cm-tooltip";
  const found = new Set<string>();
  const rawIn = (text: string): string | null => {
    if (/\{\{|\}\}|\bundefined\b|\bNaN\b|\[object|\bnull\b|\bInvalid Date\b/.test(text)) return "a program's word";
    if (/\d[.,]\d{5,}/.test(text)) return "an unrounded number";
    if (isState.has(text)) return "a state of ours";
    for (const word of text.split(/[\s"'“”‘’()[\],;:!?=<>·–]+/)) {
      if (isCode.has(word)) return "a code";
      if (/^[a-z]+(_[a-z0-9]+)+$/.test(word) && !isWritten.has(word)) return "a name of the code's";
      if (/^(app|home|offers|surveys|segments|sync|plugins|customers|settings)(\.[a-z_]+){2,}$/.test(word))
        return "a key";
    }
    return null;
  };
  const look = (said: string | null, where: Element, of: string) => {
    const text = said?.replace(/\s+/g, " ").trim() ?? "";
    const raw = text && !where.closest(APART) ? rawIn(text) : null;
    if (raw) found.add(`${raw} in ${of}: “${text.slice(0, 120)}”`);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode())
    if (node.parentElement) look(node.textContent, node.parentElement, `<${node.parentElement.localName}>`);
  const ATTRIBUTES = ["aria-label", "aria-description", "aria-valuetext", "title", "placeholder", "alt"];
  for (const element of document.querySelectorAll("*"))
    for (const name of ATTRIBUTES) look(element.getAttribute(name), element, name);
  look(document.title, document.documentElement, "the title");
  return [...found];
}

/** Also opens each button that opens something within the page, such as a menu or a chart's table, and searches there. */
export async function findRawWordsBehindButtons(frame: Frame): Promise<string[]> {
  const found: string[] = [];
  const buttons = frame.locator("button[aria-expanded=false]:visible:not([disabled])");
  for (let at = 0, count = await buttons.count(); at < count; at += 1) {
    // Buttons that were opened are no longer in this list.
    const button = buttons.first();
    if (!(await button.isVisible().catch(() => false))) break;
    await button.click({ timeout: 2000 }).catch(() => undefined);
    await frame.page().waitForTimeout(OPENING_MS);
    found.push(...(await findRawWords(frame)));
    if ((await frame.locator("[data-polaris-overlay], .Polaris-Popover").count()) > 0) {
      await frame.page().keyboard.press("Escape");
      break;
    }
  }
  return found;
}

const OPENING_MS = 250;
