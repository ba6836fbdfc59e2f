// The draft of an offer in the editor. All parts are texts, as the form sends them.
import { isShown, partOf, textsOf, type FieldViews, type Texts } from "../../../field-view.ts";
import type { Attention } from "../../../attention.ts";
import type { OfferKind } from "../../offer-kind.ts";
import type { OfferState } from "../../offer.ts";
import { plainDecimal } from "../../publishing/grants/grant-form.ts";
import type { Standing } from "../../standing/rivals.ts";
import type { SeenAs } from "../../standing/seen-as.ts";
import type { ContextReason } from "../../discount-context.ts";
import type { Conditions, Deal, Least, Off, OfferContent, OfferWords, Placement } from "../../wire.ts";
import type { Retrying } from "../../../queue.server.ts";
import type { Culprit } from "../../../culprit.ts";

export type OfferDraft = {
  kind: string;
  name: string;
  /** Empty: everyone. */
  segment: string;
  placements: Placement[];
  /** Percent of the customers whom the test holds out. */
  holdout: string;
  /** Wall-clock time in the shop's zone, `2026-11-30T23:59`. */
  starts: string;
  ends: string;
  words: Record<string, OfferWords>;
  settings: Record<string, string>;
};

/** `narrows`: the kind narrows the audience by its settings. */
export type KindView = {
  name: string;
  label: string;
  help: string | null;
  narrows: boolean;
  settings: FieldViews;
} & Pick<OfferKind, "when" | "shows" | "gives">;
/** An archived segment is a choice only where the offer has it. */
export type SegmentChoice = { id: string; name: string; count: number; isArchived: boolean };

/** The data of an offer's page. `culprits`: the plugin of the offer's kind, if the plugin is off or fails. */
export type OfferView = EditorView & { culprits: readonly Culprit[] };

/** The data of the editor, as plain data. */
export type EditorView = {
  id: string | null;
  /** The version that the page shows. The form sends it back, and the server refuses another version. Empty for a new offer. */
  version: string;
  state: OfferState;
  draft: OfferDraft;
  /** Names of the other offers. */
  others: string[];
  /** Names of the segments that select customers by this offer. */
  namedBy: string[];
  kinds: KindView[];
  segments: SegmentChoice[];
  /** The shop's own language is the first. */
  locales: string[];
  seen: SeenAs;
  /** How the last try to publish or stop the offer failed. Null: it did not fail, or there was no try. */
  retrying: Retrying | null;
  attention: Attention[];
  /** The merchant changed the discount in Shopify, and the app can undo the change. */
  mends: boolean;
  /** How the discount is limited to the segment. Null before the offer is published, and for a message. */
  context: ContextReason | null;
  standing: Standing | null;
  /** The result of the kind's `resolve` for the saved settings. */
  content: OfferContent | null;
  /** The wall-clock time at which the data were read. */
  now: string;
};

export function formOf(draft: OfferDraft): FormData {
  const form = new FormData();
  const { kind, name, segment, holdout, starts, ends } = draft;
  for (const [field, value] of Object.entries({ kind, name, segment, holdout, starts, ends })) form.set(field, value);
  for (const placement of draft.placements) form.append("placement", placement);
  for (const [field, value] of Object.entries(draft.settings)) form.set(`settings.${field}`, value);
  for (const [locale, { title, text, action }] of Object.entries(draft.words))
    for (const [part, value] of Object.entries({ title, text, action })) form.set(`words.${locale}.${part}`, value);
  return form;
}

/** The settings after a change of the kind. What was typed stays where the new kind has the same setting. */
export function settingsFor(to: KindView | undefined, from: KindView | undefined, typed: Texts): Texts {
  const fields = to?.settings ?? {};
  const kept = Object.entries(fields).filter(([name, { input, choices }]) => {
    const before = from?.settings[name];
    return before?.input === input && (choices?.some(({ value }) => value === typed[name]) ?? true);
  });
  return textsOf(
    fields,
    Object.fromEntries(kept.map(([name, { input }]) => [name, input === "group" ? partOf(typed, name) : typed[name]])),
  );
}

type Typed = { off: Off | null; code?: string | null; href?: string | undefined; minimum?: Least | undefined };

const NO_ITEMS = { products: [] };

/** The content that the typed settings give, for the settings that the kind names in `shows` and `when`. */
function typedParts({ settings: fields, when, shows = {}, gives }: KindView, settings: OfferDraft["settings"]): Typed {
  const typed: Reads = (name) => (name !== undefined && isShown(fields, name, settings) ? settings[name] : undefined);
  const code = when ? { code: typed(when.code)?.trim() ?? null } : {};
  const hasMinimum = gives !== "deal" && (shows.subtotal ?? shows.count) !== undefined;
  const minimum = hasMinimum ? { minimum: typedLeast(typed, shows) } : {};
  return { off: typedOff(typed, shows, gives), href: typed(shows.href), ...code, ...minimum };
}

/** Reads a setting. Undefined: the kind has no such setting, or the setting is hidden. */
type Reads = (name: string | undefined) => string | undefined;
type Shows = NonNullable<KindView["shows"]>;

function typedLeast(typed: Reads, shows: Shows): Least | undefined {
  const [subtotal, count] = [typed(shows.subtotal), typed(shows.count)];
  if (subtotal !== undefined) return { subtotal };
  return count === undefined ? undefined : { quantity: Number(count) };
}

function typedOff(typed: Reads, shows: Shows, gives: KindView["gives"]): Off | null {
  if (gives === "shipping") return { shipping: true };
  if (gives === "deal") return { deal: typedDeal(typed, shows) };
  const [percent, amount] = [typed(shows.percent), typed(shows.amount)];
  if (percent !== undefined) return { percent: plainDecimal(percent) };
  return amount === undefined ? null : { amount };
}

const typedDeal = (typed: Reads, shows: Shows): Deal => ({
  ...{ buys: NO_ITEMS, gets: NO_ITEMS, perOrder: null },
  least: typedLeast(typed, shows) ?? { quantity: 0 },
  quantity: Number(typed(shows.gets) ?? 1),
  share: plainDecimal(typed(shows.share) ?? "100"),
});

/** The typed part of a deal, with the items that are known. */
function withKnownItems(typed: Off, kept: Off): Off {
  if (!typed.deal || !kept.deal) return typed;
  const { buys, gets, perOrder } = kept.deal;
  return { deal: { ...typed.deal, buys, gets, perOrder } };
}

/** The card's content while the merchant types: the saved content, overwritten by the typed settings. */
export function liveContent(saved: OfferContent | null, { settings }: OfferDraft, kind?: KindView): OfferContent {
  const typed: Typed = kind ? typedParts(kind, settings) : { off: null };
  const href = typed.href ?? saved?.href ?? null;
  // A kind with a code gives a discount, whatever it is.
  if (saved?.shape === "message" || (!saved && typed.off === null && !kind?.when)) return { shape: "message", href };
  const { conditions, off: kept } = partsOf(saved);
  const off: Off = typed.off ? withKnownItems(typed.off, kept) : kept;
  const code = saved?.code ?? null;
  return {
    ...withMinimum(conditions, typed),
    ...off,
    shape: "discount",
    code: typed.code === undefined ? code : typed.code,
    href,
  };
}

function withMinimum({ minimum, ...others }: Conditions, typed: Typed): Conditions {
  const least = "minimum" in typed ? typed.minimum : minimum;
  return least ? { ...others, minimum: least } : others;
}

function partsOf(saved: (Off & Conditions) | null): { conditions: Conditions; off: Off } {
  const { items, minimum, once, uses, each, ...off } = saved ?? { percent: "" };
  const given = Object.entries({ items, minimum, once, uses, each }).filter(([, value]) => value !== undefined);
  return { conditions: Object.fromEntries(given), off };
}
