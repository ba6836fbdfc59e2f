import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { wordFaults } from "./words.ts";

const root = fs.mkdtempSync(path.join(os.tmpdir(), "regulars-words-"));
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

const good = {
  "app/locales/en/home.json":
    '{"title": "Home", "orders_one": "{{count}} order", "orders_other": "{{count}} orders", "state": {"on": "On"}}',
  "app/ui/page.tsx":
    'export const page = (t: (key: string) => string, x: string) => [t("home.title"), t("home.orders"), t(`home.state.${x}`)];',
  "extensions/theme/locales/en.default.json": '{"offer": {"code": "Your code {{ code }}", "by": "Regulars"}}',
  "extensions/theme/locales/gu.json": '{"offer": {"code": "તમારો કોડ {{ code }}", "by": "Regulars"}}',
  "extensions/theme/locales/pa.json": '{"offer": {"code": "ਤੁਹਾਡਾ ਕੋਡ {{ code }}", "by": "Regulars"}}',
  "extensions/theme/blocks/offer.liquid": "{{ 'offer.code' | t: code: x }} {{ 'offer.by' | t }}",
};

function faultsOf(changed: Record<string, string>): string {
  for (const [name, text] of Object.entries({ ...good, ...changed })) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), text);
  }
  return wordFaults(root).join("\n");
}

it("words that are complete, used and translated pass", () => {
  expect(faultsOf({})).toBe("");
});

it.each([
  [
    "a key that no locale file has",
    { "app/a.ts": 'throw new UserError("home.lost");' },
    "home.lost is in no English locale file",
  ],
  [
    "a label that no locale file has",
    { "app/a.ts": 'export const a = { label: "home.lost" };' },
    "home.lost is in no English",
  ],
  [
    "an English text that nothing names",
    { "app/locales/en/more.json": '{"idle": "Idle"}' },
    "more.idle is named nowhere",
  ],
  [
    "a missing translation",
    { "extensions/theme/locales/gu.json": '{"offer": {"by": "Regulars"}}' },
    "gu.json: offer.code is missing",
  ],
  [
    "a translation that is the English text",
    { "extensions/theme/locales/pa.json": '{"offer": {"code": "Your code {{ code }}", "by": "Regulars"}}' },
    "pa.json: offer.code is the English text",
  ],
  [
    "a translation without the placeholder",
    { "extensions/theme/locales/pa.json": '{"offer": {"code": "ਤੁਹਾਡਾ ਕੋਡ", "by": "Regulars"}}' },
    "pa.json: offer.code has not the placeholders",
  ],
  [
    "an untranslated text of the app that shoppers see",
    { "app/locales/en/shopper.json": '{"hello": "Hello"}', "app/a.ts": 'export const a = "shopper.hello";' },
    "gu/shopper.json: hello is missing",
  ],
])("%s fails", (_what, changed: Record<string, string>, sentence) => {
  expect(faultsOf(changed)).toContain(sentence);
});
