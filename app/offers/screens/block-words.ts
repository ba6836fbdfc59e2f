// The theme block's own words, in the languages that the block has.
import english from "../../../extensions/theme/locales/en.default.json" with { type: "json" };
import gujarati from "../../../extensions/theme/locales/gu.json" with { type: "json" };
import punjabi from "../../../extensions/theme/locales/pa.json" with { type: "json" };

export type BlockWords = Readonly<Record<keyof typeof english.offer, string>>;

const WORDS: Record<string, BlockWords> = { en: english.offer, gu: gujarati.offer, pa: punjabi.offer };

export const languageOf = (locale: string): string => locale.split("-")[0] ?? locale;

export const blockWords = (locale: string): BlockWords => WORDS[languageOf(locale)] ?? english.offer;

/** `key`: as the block's Liquid names the text. */
export const blockText = (
  locale: string,
  key: `offer.${keyof BlockWords}`,
  values: Parameters<typeof fill>[1],
): string => fill(blockWords(locale)[key.replace("offer.", "") as keyof BlockWords], values);

/** Fills the gaps of a text in one pass: a value with braces fills no further gap. */
export const fill = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replaceAll(/\{\{ (\w+) \}\}/g, (gap, name: string) => String(values[name] ?? gap));
