import { expect, test } from "vitest";
import { openWords } from "../../../ui/words.ts";
import { liveContent, type KindView, type OfferDraft } from "./offer-draft.ts";
import { audienceText, giftText, ruleSentence, type Audience } from "./rule-sentence.ts";

const { t } = openWords("en");
const shop = { domain: "tea.myshopify.com", timeZone: "UTC", currency: "GBP", locale: "en" };
const everyone: Audience = { name: null, narrowing: null, count: null };
const draft = (settings: Record<string, string>): OfferDraft => ({
  ...{ kind: "percentage", name: "Thanks", segment: "", placements: ["home"], holdout: "0", ends: "" },
  ...{ starts: "2026-11-01T09:30", words: {}, settings },
});
const text = { input: "text", label: "Text", optional: true } as const;
const kind: KindView = {
  ...{ name: "guest", label: "Guest", help: null, narrows: false },
  settings: { share: text, how: { ...text, initial: "automatic" }, voucher: { ...text, when: { how: "code" } } },
  ...{ when: { code: "voucher" }, shows: { percent: "share" } },
};
const sentence = (settings: Record<string, string>, audience = everyone, of = kind) =>
  ruleSentence(t, draft(settings), liveContent(null, draft(settings), of), audience, shop);

test("an offer whose code is not chosen yet is not described as automatic", () => {
  expect(sentence({ share: "10", how: "code", voucher: " " })).toContain("with a code (not entered yet)");
  expect(sentence({ share: "10", how: "code", voucher: "TEA" })).toContain("with code TEA");
  expect(sentence({ share: "10", how: "automatic", voucher: "OLD" })).toContain("automatically at checkout");
  // A kind without codes.
  const { when: _, ...automatic } = kind;
  expect(sentence({ share: "10", voucher: "TEA" }, everyone, automatic)).toContain("automatically at checkout");
});

test("an offer whose kind narrows its audience is not described as for everyone", () => {
  const tier = { label: "loyalty.attribute", value: "loyalty.tier.gold" };
  const gold = { name: null, narrowing: { query: "loyalty_tier = 'GOLD'", said: [tier] }, count: 12 };
  expect(sentence({ share: "10", tier: "GOLD" }, gold)).toContain(
    "for everyone who matches “Loyalty tier: Gold” (12 customers now),",
  );
  expect(audienceText(t, { ...gold, name: "Regulars" }, shop)).toBe(
    "customers in Regulars who match “Loyalty tier: Gold” (12 customers now)",
  );
  expect(audienceText(t, { ...gold, narrowing: { query: "amount > 3", said: null }, count: null }, shop)).toBe(
    "everyone who matches “amount > 3”",
  );
  expect(audienceText(t, { name: "Regulars", narrowing: null, count: 1 }, shop)).toBe("Regulars (1 customer now)");
});

test("the list's details name the minimum of an offer", () => {
  const five = { shape: "discount", amount: "5.00", code: "FIVER", href: null } as const;
  expect(giftText(t, { ...five, minimum: { subtotal: "30.00" } }, shop)).toBe(
    "£5.00 off for £30.00 or more with code FIVER",
  );
  expect(giftText(t, five, shop)).toBe("£5.00 off with code FIVER");
  expect(giftText(t, { ...five, once: true, uses: 100 }, shop)).toBe(
    "£5.00 off with code FIVER, once per customer, 100 uses in all",
  );
});

test("a missing percentage is written as a gap, and an unknown content is not described as a message", () => {
  expect(sentence({ share: "", how: "automatic" })).toMatch(/^…% off/);
  expect(giftText(t, null, shop)).toBe("Not available right now");
});
