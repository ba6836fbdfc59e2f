// Personal data and secrets to search for, in each form in which they could appear.
import { randomBytes } from "node:crypto";

export type Canaries = {
  name: string;
  email: string;
  phone: string;
  street: string;
  note: string;
  /** The names of the canaries that the text contains. */
  foundIn(text: string, more?: Record<string, string>): string[];
};

export function makeCanaries(): Canaries {
  const mark = randomBytes(4).toString("hex");
  const digits = String(randomBytes(4).readUInt32BE()).padStart(10, "7").slice(0, 8);
  const words = {
    name: `Kanaria${mark}`,
    email: `canary.${mark}@example.com`,
    phone: `+4479${digits}`,
    street: `${mark} Canary Row`,
    note: `whispered-${mark}`,
  };
  return {
    ...words,
    foundIn: (text, more = {}) => {
      const whole = text.toLowerCase();
      const isThere = (word: string) => formsOf(word).some((form) => whole.includes(form.toLowerCase()));
      return Object.entries({ ...words, ...more }).flatMap(([name, word]) => (isThere(word) ? name : []));
    },
  };
}

const formsOf = (word: string): string[] => [
  word,
  encodeURIComponent(word),
  encodeURIComponent(word).replaceAll("%20", "+"),
  Buffer.from(word).toString("base64").replace(/=+$/, ""),
  Buffer.from(word).toString("hex"),
];
