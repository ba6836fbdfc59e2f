import { expect } from "vitest";
import type { DiscountSpec } from "../../../../app/offers/offer-kind.ts";
import { resolveOffer } from "../../../../app/offers/resolve.server.ts";
import type { OfferContent } from "../../../../app/offers/wire.ts";
import { registryOf } from "../../../../app/plugins/installed.server.ts";
import { textsOf } from "../../../../app/field-view.ts";
import { parseFields, type Fields, type Values } from "../../../../app/fields.ts";
import { pluginShop, type PluginShop } from "../plugin-shop.ts";
import type { Plugin } from "../../../../app/plugins/plugin.ts";
import type { QuestionWords } from "../../../../app/surveys/question-kind.ts";
import { wholeOf } from "../whole.ts";
import { type Check, expectHealth } from "./check.ts";

/** Unexpected values that a field may accept. 404 is the id of a deleted product. */
const HOSTILE = [
  "404",
  "0.01",
  "100",
  "999999999999999",
  "-1",
  "true",
  "2026-02-28",
  "/a?b=%00",
  "{{ customer.email }} <script>",
  "x".repeat(250),
  "\u202e😀 '\" \\",
  Array.from({ length: 50 }, (_, at) => `line ${at}`).join("\n"),
];
/** The words of a question whose choices nobody has named. */
export const NO_WORDS: QuestionWords = { label: "?", choices: [], low: "", high: "" };
const ANSWERS = [[], [""], ["x".repeat(5000)], ["a", "a"], ["'\u0000"], ["-1"], ["2026-02-30"], ["__proto__"]];

/** Settings that the fields accept: the initial settings, and the initial settings with each hostile value in each field. */
export function settingsFor(fields: Fields): Values<Fields>[] {
  const first: Record<string, unknown> = textsOf(fields);
  const faultsOf = (set: Record<string, unknown>) => {
    const read = parseFields(fields, set);
    return read.ok ? [] : read.faults.map(({ field }) => field);
  };
  for (const name of faultsOf(first)) {
    const value = name && HOSTILE.find((each) => !faultsOf({ ...first, [name]: each }).includes(name));
    if (name && value) first[name] = value;
  }
  const choices = Object.values(fields).flatMap((field) => (field.choices ?? []).map(({ value }) => value));
  const others = Object.keys(first).flatMap((name) =>
    [...HOSTILE, ...choices].map((value) => ({ ...first, [name]: value })),
  );
  return [first, ...others].flatMap((set) => {
    const read = parseFields(fields, set);
    return read.ok ? [read.value] : [];
  });
}

async function tryKinds(plugin: Plugin, { shop }: PluginShop): Promise<void> {
  const { offerKinds, questionKinds } = await registryOf(shop, wholeOf(plugin));
  for (const [kind, { settings }] of Object.entries(plugin.offerKinds ?? {})) {
    for (const set of settingsFor(settings)) {
      await resolveOffer(shop, offerKinds, { kind, settings: set });
      offerKinds[kind]?.audience?.(set);
    }
  }
  for (const [name, { settings }] of Object.entries(plugin.questionKinds ?? {})) {
    for (const set of settingsFor(settings)) {
      questionKinds[name]?.shape(set, NO_WORDS);
      questionKinds[name]?.values?.(set, NO_WORDS);
      for (const given of ANSWERS) questionKinds[name]?.check(given, set);
    }
  }
}

type Given = { off: string; code: string | null };

/** What is given, as the block shows it. */
const shownBy = (content: Extract<OfferContent, { shape: "discount" }>): Given => ({
  off:
    content.percent !== undefined
      ? `percent ${Number(content.percent)}`
      : content.amount !== undefined
        ? `amount ${Number(content.amount)}`
        : content.shipping
          ? "shipping"
          : "deal",
  code: content.code,
});

/** What is given, as the checkout gives it. */
const grantedBy = ({ grant, code }: DiscountSpec): Given => ({
  off:
    grant.kind === "percent"
      ? `percent ${Number(grant.percent)}`
      : grant.kind === "amount"
        ? `amount ${Number(grant.amount)}`
        : grant.kind,
  code,
});

/** How the faults of cards and kinds begin. */
const KINDS = ["card ", "offer ", "audience of offer ", "question "];

export const kindChecks: Check[] = [
  {
    says: "its cards and kinds answer in closed shapes, for hostile settings and in an empty shop too",
    async run(plugin, it) {
      for (const each of [it, await pluginShop(plugin, { limitMs: it.limitMs, mayFail: true })]) {
        for (const place of ["home", "customer"] as const) await each.cards(place, "1");
        // An error that a kind throws in a form is marked on the plugin's page too, a moment later.
        const threw = await tryKinds(plugin, each).then(
          () => false,
          () => true,
        );
        const healthy = () => expectHealth(each, KINDS);
        if (threw) await expect.poll(() => healthy().catch(() => "failed")).toBe("failed");
        await healthy();
      }
    },
  },
  {
    says: "its offers show what the checkout gives",
    async run(plugin, { shop }) {
      const { offerKinds } = await registryOf(shop, wholeOf(plugin));
      for (const [kind, { settings }] of Object.entries(plugin.offerKinds ?? {}))
        for (const set of settingsFor(settings)) {
          const offer = await resolveOffer(shop, offerKinds, { kind, settings: set });
          if (!offer.ok || offer.content.shape !== "discount" || !offer.discount) continue;
          const sentence = `the content of the offer kind ${kind} shows something else than its discount gives: give both the same`;
          expect(shownBy(offer.content), sentence).toEqual(grantedBy(offer.discount));
        }
    },
  },
];
