// Which of two copies of one refund is the newer. A copy's version is updated_at of the refund, else of the order that held the
// refund. A copy that came alone has no version and ranks lowest.
import { compareAmounts } from "./sum.ts";

export type RefundCopy = {
  updatedAt: string | null;
  /** When the platform made the copy. */
  seenAt: string;
  /** Null: no exchange rate is known. */
  amount: string | null;
  presentmentAmount: string | null;
  /** True: the platform computed the amount, not we from the refund's parts. */
  own: boolean;
};

/** Whether `one` replaces `held`. The copy that remains in the end does not depend on the order in which copies come. */
export function isNewerRefund(one: RefundCopy, held: RefundCopy): boolean {
  if (one.own !== held.own) return one.own ? !hasChanged(one, held) : hasChanged(held, one);
  const newer = timeOf(one.updatedAt) - timeOf(held.updatedAt) || timeOf(one.seenAt) - timeOf(held.seenAt);
  return newer > 0 || (newer === 0 && isMore(one.amount, held.amount));
}

/**
 * Whether the derived copy is newer than Shopify's own and differs in its payments, such as by a payment that has succeeded
 * since. Otherwise Shopify's own amount wins.
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
