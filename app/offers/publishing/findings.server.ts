// What the steps of publishing find of single offers. One offer's or audience's failure holds up no other.
import type { Fault } from "../../errors.ts";
import { AdminApiError } from "../../shopify/admin-api.server.ts";

/** A sentence for the merchant, or an error after which the job is run again. Either way shoppers do not see the offer. */
export type Finding = { offerId: string; fault: Fault } | { offerId: string; error: Error };

/** Something of ours may be in Shopify that Shopify does not show yet. */
export class NotSeenYet extends Error {
  constructor(what: string) {
    super(`${what} may be in the store already, and the store does not show it yet`);
    this.name = "NotSeenYet";
  }
}

/**
 * What work for these offers found: the fault that it returns, or an error that is theirs alone. A failure that concerns the
 * whole store is thrown on: no other offer would fare better.
 */
export async function apart(offerIds: string[], work: () => Promise<Fault | null>): Promise<Finding[]> {
  try {
    const fault = await work();
    return fault ? offerIds.map((offerId) => ({ offerId, fault })) : [];
  } catch (error) {
    const alone = error instanceof NotSeenYet || (error instanceof AdminApiError && error.failure === "uncertain");
    if (!alone) throw error;
    return offerIds.map((offerId) => ({ offerId, error }));
  }
}

/** By offer, the first fault that was found. */
export function faultsOf(findings: readonly Finding[]): Map<string, Fault> {
  const faults = new Map<string, Fault>();
  for (const one of findings) if ("fault" in one && !faults.has(one.offerId)) faults.set(one.offerId, one.fault);
  return faults;
}

export const firstError = (findings: readonly Finding[]): Error | null =>
  findings.flatMap((one) => ("error" in one ? [one.error] : []))[0] ?? null;

/** What Shopify said no to, in its words; null where asking again may help. */
export const refusedAtTop = (error: unknown): string | null =>
  error instanceof AdminApiError && error.failure === "refused"
    ? error.faults.map(({ message }) => message).join(" ")
    : null;
