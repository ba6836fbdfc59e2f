// The titles of automatic discounts. Each must be its own among all automatic ones of the store, and orders know such a
// discount by nothing else.

/** Shopify's limit. */
const LONGEST = 255;
const NUMBER = / · (\d{1,6})$/;

/** `Thanks`, then `Thanks · 2`, `Thanks · 3`; the name gives way to the number where both are too long. */
export function titleAt(name: string, number: number): string {
  const end = number === 1 ? "" : ` · ${number}`;
  let kept = "";
  for (const sign of name.replace(/\s+/g, " ").trim()) {
    if (kept.length + sign.length + end.length > LONGEST) break;
    kept += sign;
  }
  return kept.trimEnd() + end;
}

/** Whether a title is one that the name leads to. */
export const isTitleOf = (title: string, name: string): boolean =>
  title === titleAt(name, 1) || title === titleAt(name, Number(NUMBER.exec(title)?.[1] ?? 1));

/** Shopify need not tell capitals, accents and spaces apart where it looks for a title that is taken. */
const plain = (title: string): string =>
  title
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .trim();

/** The first title of a name that nobody has. */
export function freeTitle(name: string, taken: Iterable<string>): string {
  const others = new Set([...taken].map(plain));
  for (let number = 1; ; number += 1) {
    const title = titleAt(name, number);
    if (!others.has(plain(title))) return title;
  }
}
