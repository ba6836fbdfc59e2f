// "Needs attention" on Home: what is wrong in a shop at present, each with a link to its remedy. Each domain's
// `attention.server.ts` has one function that computes the domain's entries on each request: an entry disappears with its cause,
// and no merchant dismisses it. The route of Home joins the lists. A domain's own pages draw the same entries.
import type { Instant } from "./instant.ts";

export type Attention = {
  /** Locale key of a sentence about what a shopper or the merchant lacks. The parameter `shown` is the formatted `count`. */
  key: string;
  parameters?: Record<string, string | number>;
  /** Locale keys whose texts are joined into the parameter `named`. */
  named?: string[];
  /** What the entry is about. `name` is the merchant's name for it, or a locale key where `isKey`. Null: the whole store. */
  about: { id: string; name: string; isKey?: true } | null;
  /** `critical`: a promise to a shopper or the merchant is broken. `warning`: a promise may break. `info`: worth knowing. */
  tone: Tone;
  /** The link to where the merchant mends it. `label` is a locale key; an https URL leaves the app. */
  mend: { label: string; url: string };
  /** Null: unknown. */
  since: Instant | null;
};

const TONES = ["critical", "warning", "info"] as const;
type Tone = (typeof TONES)[number];

/** Sorted by tone, the worst first, then by `since`, the earliest first. */
export const sortAttention = (all: Attention[]): Attention[] =>
  all.toSorted(
    (one, other) =>
      TONES.indexOf(one.tone) - TONES.indexOf(other.tone) ||
      (one.since?.getTime() ?? Infinity) - (other.since?.getTime() ?? Infinity) ||
      0,
  );

/** The entries about one thing of a domain. */
export const attentionTo = (id: string, all: Attention[]): Attention[] => all.filter(({ about }) => about?.id === id);
