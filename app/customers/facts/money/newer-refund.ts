// Which of two copies of one refund holds. A copy's version is the refund's own updated_at, else that of the order which
// carried it; a copy that came alone has none and ranks lowest.
import { compareAmounts } from "./sum.ts";

export type RefundCopy = {
  updatedAt: string | null;
  /** When the platform made the copy. */
  seenAt: string;
  /** Null: no rate is known. */
  amount: string | null;
  presentmentAmount: string | null;
  /** The amount is the platform's own, not derived from the parts. */
  own: boolean;
};

/** Whether `one` takes the place of `held`. In whatever order copies come, the same one is left. */
export function isNewerRefund(one: RefundCopy, held: RefundCopy): boolean {
  if (one.own !== held.own) return one.own ? !hasChanged(one, held) : hasChanged(held, one);
  const newer = timeOf(one.updatedAt) - timeOf(held.updatedAt) || timeOf(one.seenAt) - timeOf(held.seenAt);
  return newer > 0 || (newer === 0 && isMore(one.amount, held.amount));
}

/**
 * Shopify's own amount wins over one that we derived, as long as both speak of the same payments: a copy that Shopify made
 * later and that tells of others is news, such as a payment that has succeeded since.
 */
function hasChanged(own: RefundCopy, derived: RefundCopy): boolean {
  if (timeOf(derived.updatedAt) <= Math.max(timeOf(own.seenAt), timeOf(own.updatedAt))) return false;
  return !(isSame(own.presentmentAmount, derived.presentmentAmount) || isSame(own.amount, derived.amount));
}

const timeOf = (at: string | null) => (at === null ? 0 : Date.parse(at));
const isSame = (one: string | null, other: string | null) =>
  one !== null && other !== null && compareAmounts(one, other) === 0;
const isMore = (one: string | null, other: string | null) =>
  one !== null && (other === null || compareAmounts(one, other) > 0);
