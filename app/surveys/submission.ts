// What a survey block may send. Anything else is refused whole.
import { z } from "zod";
import type { Submission } from "./wire.ts";

const LARGEST = 64 * 1024;

const sent = z.object({
  survey: z.string().min(1).max(64),
  version: z.number().int().min(1).max(1_000_000),
  locale: z.string().max(20).default("en"),
  /** gid of an order, as the thank-you page has it. */
  order: z
    .string()
    .regex(/^gid:\/\/shopify\/(Order|OrderIdentity)\/\d{1,20}$/)
    .optional(),
  /** A name for a visitor who is not logged in, made by the block. */
  visitor: z.uuid().optional(),
  answers: z
    .array(z.object({ question: z.string().min(1).max(40), values: z.array(z.string().max(5000)).min(1).max(50) }))
    .min(1)
    .max(20),
});

export type Sent = { submission: Submission; order: string | null; visitor: string | null };

/** Null when it is not a submission. */
export async function readSubmission(request: Request): Promise<Sent | null> {
  const text = await request.text();
  if (text.length > LARGEST) return null;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = sent.safeParse(json);
  if (!parsed.success) return null;
  const { order, visitor, ...submission } = parsed.data;
  return { submission, order: order?.split("/").at(-1) ?? null, visitor: visitor ?? null };
}
