// The faults and errors of single offers during publishing. A failure of one offer or audience does not stop the others.
import type { Fault } from "../../errors.ts";
import { AdminApiError } from "../../shopify/admin-api.server.ts";

/** A sentence for the merchant, or an error after which the job runs again. In both cases shoppers do not see the offer. */
export type Finding = { offerId: string; fault: Fault } | { offerId: string; error: Error };

/** Shopify may have made an object of ours that Shopify does not show yet. */
export class NotSeenYet extends Error {
  constructor(what: string) {
    super(`${what} may be in the store already, and the store does not show it yet`);
    this.name = "NotSeenYet";
  }
}

/**
 * Runs work for these offers. Returns the fault that the work returns, or an error that concerns these offers only. An error that
 * concerns the whole store is thrown on, because it would stop the other offers too.
 */
export async function isolated(offerIds: string[], work: () => Promise<Fault | null>): Promise<Finding[]> {
  try {
    const fault = await work();
    return fault ? offerIds.map((offerId) => ({ offerId, fault })) : [];
  } catch (error) {
    const alone = error instanceof NotSeenYet || (error instanceof AdminApiError && error.failure === "uncertain");
    if (!alone) throw error;
    return offerIds.map((offerId) => ({ offerId, error }));
  }
}

/** The first fault of each offer, by the offer's id. */
export function faultsOf(findings: readonly Finding[]): Map<string, Fault> {
  const faults = new Map<string, Fault>();
  for (const one of findings) if ("fault" in one && !faults.has(one.offerId)) faults.set(one.offerId, one.fault);
  return faults;
}

export const firstError = (findings: readonly Finding[]): Error | null =>
  findings.flatMap((one) => ("error" in one ? [one.error] : []))[0] ?? null;

/** Shopify's own message where Shopify refused the request. Null: a later try may succeed. */
export const refusedAtTop = (error: unknown): string | null =>
  error instanceof AdminApiError && error.failure === "refused"
    ? error.faults.map(({ message }) => message).join(" ")
    : null;
