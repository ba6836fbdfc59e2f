// "Needs attention" on Home: what is wrong in a shop right now, and the way to mend it. Each domain has one function in its
// `attention.server.ts` that returns what is wrong there, read anew each time: an entry goes when its cause is gone, and
// nothing is put away by hand. The route of Home puts the lists together; a domain's own pages draw the same entries.
import type { Instant } from "./instant.ts";

export type Attention = {
  /** Key of a locale file: one sentence on what a shopper or the merchant does not get. `count` comes with `shown`, its text. */
  key: string;
  parameters?: Record<string, string | number>;
  /** Keys of locale files, listed as `named`. */
  named?: string[];
  /** What it is about, by the merchant's own name, or by a key of a locale file; null: the whole store. */
  about: { id: string; name: string; isKey?: true } | null;
  /** `critical`: something promised does not happen; `warning`: it may not; `info`: worth knowing. */
  tone: Tone;
  /** Where it is mended. `label` is a key of a locale file; an https address leaves the app. */
  mend: { label: string; url: string };
  /** Null where nobody knows. */
  since: Instant | null;
};

const TONES = ["critical", "warning", "info"] as const;
type Tone = (typeof TONES)[number];

/** The worst first, and among equals what is wrong for the longest time. */
export const sortAttention = (all: Attention[]): Attention[] =>
  all.toSorted(
    (one, other) =>
      TONES.indexOf(one.tone) - TONES.indexOf(other.tone) ||
      (one.since?.getTime() ?? Infinity) - (other.since?.getTime() ?? Infinity) ||
      0,
  );

/** What is wrong with one thing of a domain. */
export const attentionTo = (id: string, all: Attention[]): Attention[] => all.filter(({ about }) => about?.id === id);
