// What is wrong with this shop's segments right now.
import type { Attention } from "../attention.ts";
import type { Shop } from "../shop.server.ts";
import { hasFailed } from "./memberships/live-segment.server.ts";
import { listSegments, type ListedSegment } from "./segment.server.ts";

/** What is wrong with one segment; null: nothing. */
const lookAt = ({ id, fault }: ListedSegment): Omit<Attention, "about"> | null =>
  fault
    ? {
        key: hasFailed(fault) ? "segments.attention.failed" : "segments.attention.unreadable",
        tone: "critical",
        mend: { label: "segments.attention.open", url: `/app/segments/${id}` },
        since: null,
      }
    : null;

export async function segmentsAttention(shop: Shop): Promise<Attention[]> {
  const segments = (await listSegments(shop)).filter(({ origin }) => origin === "merchant");
  return segments.flatMap((segment) => {
    const found = lookAt(segment);
    return found ? [{ ...found, about: { id: segment.id, name: segment.name } }] : [];
  });
}
