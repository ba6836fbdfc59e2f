// Characters that nobody sees and that come along when a text is copied from a page or a message: with them a name, a code or
// a query looks like another and is not equal to it. https://www.unicode.org/reports/tr36/#Invisible_Characters

// Soft hyphen, byte order mark, marks of direction, spaces and joints of no width, letters that are blank.
const ALWAYS = String.raw`\u00AD\u034F\u061C\u115F\u1160\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\u2800\u3164\uFEFF\uFFA0\uFFF9-\uFFFB`;
/** Scripts whose letters stand by themselves. The others, Arabic and those of India among them, are written with joiners. */
const APART = "Latin Greek Cyrillic Armenian Georgian Hebrew Han Hiragana Katakana Hangul Common".split(" ");
const isApart = APART.map((script) => String.raw`\p{Script=${script}}`).join("");
// A joiner belongs to the letter, the mark or the picture before it.
const JOINER = String.raw`(?<![[\p{L}\p{M}]--[${isApart}]]|\p{Extended_Pictographic}|\uFE0F|\p{Emoji_Modifier})[\u200C\u200D]+`;
// The letters of a flag's name follow the flag.
const TAG = String.raw`(?<!\u{1F3F4}[\u{E0020}-\u{E007F}]*)[\u{E0001}\u{E0020}-\u{E007F}]+`;

const ANY =
  /[\u00AD\u034F\u061C\u115F\u1160\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\u2800\u3164\uFEFF\uFFA0\uFFF9-\uFFFB]|\u{E0001}|[\u{E0020}-\u{E007F}]/u;
const INVISIBLE = new RegExp(`[${ALWAYS}]+|${JOINER}|${TAG}`, "gv");

/** The text without them. Joiners stay where a script or a picture needs them. */
export const withoutInvisible = (text: string): string => (ANY.test(text) ? text.replaceAll(INVISIBLE, "") : text);

/** Where in the text they are. */
export const invisibleIn = (text: string): { start: number; end: number }[] =>
  ANY.test(text)
    ? [...text.matchAll(INVISIBLE)].map(({ index, 0: found }) => ({ start: index, end: index + found.length }))
    : [];
