// An offer while it is edited: texts, as the form holds them.
import { isShown, type FieldViews } from "../../../field-view.ts";
import type { Attention } from "../../../attention.ts";
import type { OfferKind } from "../../offer-kind.ts";
import type { OfferState } from "../../offer.ts";
import type { Standing } from "../../standing/rivals.ts";
import type { SeenAs } from "../../standing/seen-as.ts";
import type { ContextReason } from "../../discount-context.ts";
import type { Off, OfferContent, OfferWords, Placement } from "../../wire.ts";
import type { Retrying } from "../../../queue.server.ts";
import type { Culprit } from "../../../culprit.ts";

export type OfferDraft = {
  kind: string;
  name: string;
  /** Empty: everyone. */
  segment: string;
  placements: Placement[];
  /** Wall-clock time in the shop's zone, `2026-11-30T23:59`. */
  starts: string;
  ends: string;
  words: Record<string, OfferWords>;
  settings: Record<string, string>;
};

/** `narrows`: its settings say further whom it is for. */
export type KindView = {
  name: string;
  label: string;
  help: string | null;
  narrows: boolean;
  settings: FieldViews;
} & Pick<OfferKind, "when" | "shows">;
/** An archived segment is there only where the offer has it. */
export type SegmentChoice = { id: string; name: string; count: number; isArchived: boolean };

/** What the editor draws: `culprits` is the plugin of the offer's kind, where it is off or fails. */
export type OfferView = EditorView & { culprits: readonly Culprit[] };

/** What the editor shows of an offer; plain data. */
export type EditorView = {
  id: string | null;
  /** Sent back with what is asked for: what the merchant did not see is not overwritten. Empty: a new one. */
  version: string;
  state: OfferState;
  draft: OfferDraft;
  /** Names of the other offers. */
  others: string[];
  kinds: KindView[];
  segments: SegmentChoice[];
  /** The shop's first. */
  locales: string[];
  seen: SeenAs;
  /** Of an offer that waits to be published or stopped: how the last try failed. */
  retrying: Retrying | null;
  attention: Attention[];
  /** Its discount is not what was published, and can be made so. */
  mends: boolean;
  /** How the checkout knows whom the offer is for; null before it is published, and for a message. */
  context: ContextReason | null;
  standing: Standing | null;
  /** What the kind made of the settings as they were saved. */
  content: OfferContent | null;
  /** The wall-clock time at which this was read. */
  now: string;
};

export function formOf(draft: OfferDraft): FormData {
  const form = new FormData();
  const { kind, name, segment, starts, ends } = draft;
  for (const [field, value] of Object.entries({ kind, name, segment, starts, ends })) form.set(field, value);
  for (const placement of draft.placements) form.append("placement", placement);
  for (const [field, value] of Object.entries(draft.settings)) form.set(`settings.${field}`, value);
  for (const [locale, { title, text, action }] of Object.entries(draft.words))
    for (const [part, value] of Object.entries({ title, text, action })) form.set(`words.${locale}.${part}`, value);
  return form;
}

type Typed = { off: Off | null; code?: string | null; href?: string | undefined };

/** What the card shows of the settings as they are typed, as far as the kind says which they are. */
function typedIn({ settings: fields, when, shows = {} }: KindView, settings: OfferDraft["settings"]): Typed {
  const typed = (name: string | undefined): string | undefined =>
    name !== undefined && isShown(fields, name, settings) ? settings[name] : undefined;
  const code = when ? { code: typed(when.code)?.trim() ?? null } : {};
  const [percent, amount] = [typed(shows.percent), typed(shows.amount)];
  const off: Off | null = percent !== undefined ? { percent } : amount !== undefined ? { amount } : null;
  return { off, href: typed(shows.href), ...code };
}

/** The card's content while one types: what was saved, and over it the settings as they are now. */
export function liveContent(saved: OfferContent | null, { settings }: OfferDraft, kind?: KindView): OfferContent {
  const typed: Typed = kind ? typedIn(kind, settings) : { off: null };
  const href = typed.href ?? saved?.href ?? null;
  if (saved?.shape === "message" || (!saved && typed.off === null)) return { shape: "message", href };
  const off = typed.off ?? offOf(saved);
  const code = saved?.code ?? null;
  return { shape: "discount", ...off, code: typed.code === undefined ? code : typed.code, href };
}

const offOf = (saved: Off | null): Off =>
  saved?.amount === undefined ? { percent: saved?.percent ?? "" } : { amount: saved.amount };
