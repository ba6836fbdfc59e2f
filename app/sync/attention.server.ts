// What is wrong with what this shop's data are read from right now.
import type { Attention } from "../attention.ts";
import type { Shop } from "../shop.server.ts";
import { readFreshness } from "./status.server.ts";

const MEND = { label: "sync.attention.open", url: "/app/sync" };

export async function syncAttention(shop: Shop): Promise<Attention[]> {
  const { poison, gaps, moreGaps, history } = await readFreshness(shop);
  const found: Attention[] = [];
  if (history === "failed")
    found.push({ key: "sync.attention.history", about: null, tone: "critical", mend: MEND, since: null });
  if (poison > 0)
    found.push({
      ...{ key: "sync.attention.poison", parameters: { count: poison } },
      ...{ about: null, tone: "critical", mend: MEND, since: null },
    });
  if (gaps > 0)
    found.push({
      ...{ key: `sync.attention.${moreGaps ? "many_gaps" : "gaps"}`, parameters: { count: gaps } },
      ...{ about: null, tone: "info", mend: MEND, since: null },
    });
  return found;
}
