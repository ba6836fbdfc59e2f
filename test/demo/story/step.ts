// A step of the story: what a person or Shopify does, and what is seen of it from the other side.
import { setTimeout as sleep } from "node:timers/promises";
import type { Merchant } from "../people/merchant.ts";
import type { Person, Shopper } from "../people/shopper.ts";

export type Scene = {
  merchant: Merchant;
  /** She buys, he does not: he shows that what is hers stays hers. */
  she: Shopper;
  he: Shopper;
  /** Answers on the thank-you page in a real browser, where the UI extension runs. */
  answerSurvey(thankYouPage: string, replies: Reply[]): Promise<string>;
  /** Where one of these words still stands in the database or in the files of .data. */
  findTraces(words: string[]): Promise<string[]>;
  domain: string;
  /** How long what others do may take until it is seen. */
  patienceMs: number;
  /** What a person remembers from one step to a later one. */
  notes: Notes;
};

export type Reply = { question: string; tap: string } | { question: string; write: string };

/** `paid`: what she paid in all, in pence; `home`: what the home page said before she bought. */
export type Notes = {
  orders: string[];
  paid: number;
  home: HomeFigures;
  profile: string;
  segment: string;
  survey: string;
};

/** Revenue in pence. */
export type HomeFigures = { orders: number; revenue: number };

export type Step = {
  name: string;
  /** Returns what was seen. Throws when it did not happen. */
  play(scene: Scene): Promise<string>;
};

export type People = { she: Person; he: Person };

/** Her address is found nowhere else, so that one can look for it at the end. */
export const peopleOf = (mark: string): People => ({
  she: { firstName: "Zarina", lastName: "Okonkwo", email: `zarina.${mark}@example.com` },
  he: { firstName: "Tomas", lastName: "Lindqvist", email: `tomas.${mark}@example.com` },
});

const LOOK_MS = 150;

/** Looks again and again. What stops a look is told when it never comes. */
export async function until<Seen>(
  what: string,
  patienceMs: number,
  look: () => Promise<Seen | null | false>,
): Promise<Seen> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (seen !== null && seen !== false) return seen;
    if (Date.now() > deadline) throw new Error(`not seen within ${Math.round(patienceMs / 1000)} s: ${what}`);
    await sleep(LOOK_MS);
  }
}

/** Throws unless it is so. */
export function must(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new Error(otherwise);
}

export const countOf = (text: string): number => Number(text.replace(/[^\d]/g, ""));
export const showPence = (pence: number): string => `£${(pence / 100).toFixed(2)}`;
export const show = (count: number): string => count.toLocaleString("en");
