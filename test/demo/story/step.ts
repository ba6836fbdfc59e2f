// A step of the story: what a person or Shopify does, and what another person or the store then sees.
import { setTimeout as sleep } from "node:timers/promises";
import type { Merchant } from "../people/merchant.ts";
import type { Person, Shopper } from "../people/shopper.ts";

export type Scene = {
  merchant: Merchant;
  /** The customer who buys. */
  buyer: Shopper;
  /** A customer without orders, who must see none of the buyer's offers. */
  other: Shopper;
  /** Answers on the thank-you page in a real browser, where the UI extension runs. */
  answerSurvey(thankYouPage: string, replies: Reply[]): Promise<string>;
  /** The columns of the database and the files of .data that still hold one of these words. */
  findTraces(words: string[]): Promise<string[]>;
  domain: string;
  /** How long a step waits until an effect is seen. */
  timeoutMs: number;
  /** What a step notes for later steps. */
  notes: Notes;
};

export type Reply = { question: string; tap: string } | { question: string; write: string };

/** `paid`: the total that the buyer paid, in pence. `home`: the home page's figures before the buyer's first order. */
export type Notes = {
  orders: string[];
  paid: number;
  home: HomeFigures;
  profile: string;
  segment: string;
  offer: string;
  survey: string;
};

/** Revenue in pence. */
export type HomeFigures = { orders: number; revenue: number };

export type Step = {
  name: string;
  /** Returns a sentence that says what was seen. Throws if the step's effect did not happen. */
  play(scene: Scene): Promise<string>;
};

export type People = { buyer: Person; other: Person };

/** The e-mail addresses contain `mark`, so that a search for an address finds nothing else. */
export const peopleOf = (mark: string): People => ({
  buyer: { firstName: "Zarina", lastName: "Okonkwo", email: `zarina.${mark}@example.com` },
  other: { firstName: "Tomas", lastName: "Lindqvist", email: `tomas.${mark}@example.com` },
});

const LOOK_MS = 150;

/** Calls `look` until it returns something other than null and false. Throws after `timeoutMs`, or when `look` throws. */
export async function until<Seen>(
  what: string,
  timeoutMs: number,
  look: () => Promise<Seen | null | false>,
): Promise<Seen> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== null && seen !== false) return seen;
    if (Date.now() > deadline) throw new Error(`not seen within ${Math.round(timeoutMs / 1000)} s: ${what}`);
    await sleep(LOOK_MS);
  }
}

/** Throws with the message unless the condition holds. */
export function must(holds: boolean, message: string): void {
  if (!holds) throw new Error(message);
}

export const countOf = (text: string): number => Number(text.replace(/[^\d]/g, ""));
export const showPence = (pence: number): string => `£${(pence / 100).toFixed(2)}`;
export const show = (count: number): string => count.toLocaleString("en");
