// Removes invisible characters, which come along when text is copied from a page or a message: two names, codes or queries would
// look equal and differ. https://www.unicode.org/reports/tr36/#Invisible_Characters

// Soft hyphen, byte order mark, marks of direction, zero-width spaces and joiners, and letters that are blank.
const ALWAYS = String.raw`\u00AD\u034F\u061C\u115F\u1160\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\u2800\u3164\uFEFF\uFFA0\uFFF9-\uFFFB`;
/** Scripts that need no zero-width joiners. Other scripts, such as Arabic and those of India, need them. */
const WITHOUT_JOINERS = "Latin Greek Cyrillic Armenian Georgian Hebrew Han Hiragana Katakana Hangul Common".split(" ");
const withoutJoiners = WITHOUT_JOINERS.map((script) => String.raw`\p{Script=${script}}`).join("");
// A joiner is kept behind a letter or a mark of a script with joiners, and behind an emoji.
const JOINER = String.raw`(?<![[\p{L}\p{M}]--[${withoutJoiners}]]|\p{Extended_Pictographic}|\uFE0F|\p{Emoji_Modifier})[\u200C\u200D]+`;
// Tag characters are kept behind a black flag: together they are the flag of a region. A match that begins with the flag is kept.
const FLAG = "\u{1F3F4}";
const TAG = String.raw`${FLAG}[\u{E0020}-\u{E007F}]*|[\u{E0001}\u{E0020}-\u{E007F}]+`;

const ANY =
  /[\u00AD\u034F\u061C\u115F\u1160\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\u2800\u3164\uFEFF\uFFA0\uFFF9-\uFFFB]|\u{E0001}|[\u{E0020}-\u{E007F}]/u;
const INVISIBLE = new RegExp(`[${ALWAYS}]+|${JOINER}|${TAG}`, "gv");

/** The text without invisible characters. Joiners stay where a script or an emoji needs them. */
export const withoutInvisible = (text: string): string =>
  ANY.test(text) ? text.replaceAll(INVISIBLE, (found) => (found.startsWith(FLAG) ? found : "")) : text;

/** The ranges of invisible characters in the text. */
export const invisibleIn = (text: string): { start: number; end: number }[] =>
  ANY.test(text)
    ? [...text.matchAll(INVISIBLE)]
        .filter(([found]) => !found.startsWith(FLAG))
        .map(({ index, 0: found }) => ({ start: index, end: index + found.length }))
    : [];
