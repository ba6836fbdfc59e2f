// The submission that a survey block may send. A submission of any other form is refused as a whole.
import { z } from "zod";
import { readPlainJson } from "../plain-text.ts";
import type { Submission } from "../wire.ts";

const LARGEST = 64 * 1024;
const ORDER = /^gid:\/\/shopify\/(?:Order|OrderIdentity)\/(\d{1,20})$/;

const CHECKOUT = /^[A-Za-z0-9_-]{1,128}$/;

/** A language as browsers and Shopify write it: `gu`, `pa-IN`, `zh-Hant-TW`. */
const LOCALE = /^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}$/;

const sent = z.object({
  survey: z.uuid(),
  version: z.number().int().min(1).max(1_000_000),
  locale: z.string().max(20).regex(LOCALE).default("en"),
  /** The gid of the order, from the thank-you page. */
  order: z.string().regex(ORDER).optional(),
  /** The token of the checkout before the thank-you page. */
  checkout: z.string().regex(CHECKOUT).optional(),
  /** An id that the block makes for a visitor who is not logged in. */
  visitor: z.uuid().optional(),
  answers: z
    .array(
      z.object({
        question: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/),
        values: z.array(z.string().max(5000)).min(1).max(50),
      }),
    )
    .min(1)
    .max(20),
});

export type Sent = { submission: Submission; order: string | null; checkout: string | null; visitor: string | null };

/** Null where it is none. */
export const checkoutOf = (token: string | null): string | null => (token && CHECKOUT.test(token) ? token : null);

/** The number in an order's gid. Null if the text is not an order's gid. */
export const orderOf = (gid: string | null | undefined): string | null => ORDER.exec(gid ?? "")?.[1] ?? null;

/** `en` if the text is not a language. */
export const localeOf = (asked: string | null): string => (asked !== null && LOCALE.test(asked) ? asked : "en");

/** Null if the body is not a submission. */
export async function readSubmission(request: Request): Promise<Sent | null> {
  const text = await readText(request);
  if (text === null) return null;
  const parsed = sent.safeParse(parse(text));
  if (!parsed.success) return null;
  const { order, checkout, visitor, ...submission } = parsed.data;
  return { submission, order: orderOf(order), checkout: checkout ?? null, visitor: visitor ?? null };
}

function parse(text: string): unknown {
  try {
    return readPlainJson(text);
  } catch {
    return null;
  }
}

/** Null if the body is too large: the rest of the body is read and thrown away. */
async function readText(request: Request): Promise<string | null> {
  let pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of request.body ?? []) {
    size += piece.byteLength;
    if (size <= LARGEST) pieces.push(piece);
    else pieces = [];
  }
  return size > LARGEST ? null : Buffer.concat(pieces).toString("utf8");
}
