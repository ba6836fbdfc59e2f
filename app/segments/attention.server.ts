// The entries of the attention list about segments.
import type { Attention } from "../attention.ts";
import type { Shop } from "../shop.server.ts";
import { hasFailed } from "./memberships/live-segment.server.ts";
import { listSegments, type ListedSegment } from "./segment.server.ts";

type Entry = Omit<Attention, "about">;

/** Null where the segment needs no attention. */
function attentionFor({ id, fault, isLate, evaluatedAt }: ListedSegment): Entry | null {
  const mend = { label: "segments.attention.open", url: `/app/segments/${id}` };
  if (fault) {
    const key = hasFailed(fault) ? "segments.attention.failed" : "segments.attention.unreadable";
    return { key, tone: "critical", mend, since: null };
  }
  return isLate ? { key: "segments.attention.late", tone: "warning", mend, since: evaluatedAt } : null;
}

export async function segmentsAttention(shop: Shop): Promise<Attention[]> {
  const segments = (await listSegments(shop)).filter(({ origin }) => origin === "merchant");
  return segments.flatMap((segment) => {
    const found = attentionFor(segment);
    return found ? [{ ...found, about: { id: segment.id, name: segment.name } }] : [];
  });
}
