// The titles of automatic discounts. A title must be unique among the store's automatic discounts. An order names an automatic
// discount by its title alone.

/** Shopify's limit, in characters. */
const LONGEST = 255;
const NUMBER = / · (\d{1,6})$/;

/** `Thanks`, then `Thanks · 2`, `Thanks · 3`. The name is shortened where name and number are too long. */
export function titleAt(name: string, number: number): string {
  const end = number === 1 ? "" : ` · ${number}`;
  let kept = "";
  for (const sign of name.replace(/\s+/g, " ").trim()) {
    if (kept.length + sign.length + end.length > LONGEST) break;
    kept += sign;
  }
  return kept.trimEnd() + end;
}

/** Whether a title was made from the name. */
export const isTitleOf = (title: string, name: string): boolean =>
  title === titleAt(name, 1) || title === titleAt(name, Number(NUMBER.exec(title)?.[1] ?? 1));

/** Shopify may ignore case, accents and spaces when it compares titles. */
const plain = (title: string): string =>
  title
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .trim();

/** The first title for a name that is not taken. */
export function freeTitle(name: string, taken: Iterable<string>): string {
  const others = new Set([...taken].map(plain));
  for (let number = 1; ; number += 1) {
    const title = titleAt(name, number);
    if (!others.has(plain(title))) return title;
  }
}
