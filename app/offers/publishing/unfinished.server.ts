// What one offer's or audience's failure leaves to a later run of the job: the others go on.
import { AdminApiError } from "../../shopify/admin-api.server.ts";

/** Something of ours may be in Shopify that Shopify does not show yet. */
export class NotSeenYet extends Error {
  constructor(what: string) {
    super(`${what} may be in the store already, and the store does not show it yet`);
    this.name = "NotSeenYet";
  }
}

/** The job ends with the first of the errors, so that it is tried again; the offers are shown to nobody until then. */
export type Unfinished = { errors: Error[]; offers: Set<string> };

/** A failure that concerns the whole store is thrown on: no other would fare better. */
export async function apart(unfinished: Unfinished, offerIds: string[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const alone = error instanceof NotSeenYet || (error instanceof AdminApiError && error.failure === "uncertain");
    if (!alone) throw error;
    unfinished.errors.push(error);
    for (const id of offerIds) unfinished.offers.add(id);
  }
}

/** What Shopify said no to, in its words; null where asking again may help. */
export const refusedAtTop = (error: unknown): string | null =>
  error instanceof AdminApiError && error.failure === "refused"
    ? error.faults.map(({ message }) => message).join(" ")
    : null;
