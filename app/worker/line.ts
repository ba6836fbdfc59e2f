// Chooses the shop that has the next turn: the shop whose last turn was longest ago. So a shop waits for a busy shop no longer
// than one turn. A shop whose turns take long gets fewer webhooks in a turn.

export type Waiting = { shop: string; marks: string[] };
export type Next = Waiting & { rows: number };

/** `failed`: the shop gets no turn for `PAUSE_MS`. */
export type Ended = "done" | "more" | "failed";

export type Line = {
  /** Null: no shop is free and has work. A shop has one turn at a time. */
  next(): Promise<Next | null>;
  end(turn: Next, how: Ended, tookMs: number): void;
};

const MOST_ROWS = 1000;
const FIRST_ROWS = 250;
const LEAST_ROWS = 5;
/** Turns longer than `LONG_MS` halve the shop's rows, turns shorter than `SHORT_MS` double them. */
const LONG_MS = 700;
const SHORT_MS = 250;
/** Marks older than this are read anew. */
const MARKS_FRESH_MS = 50;
const PAUSE_MS = 1000;

export function openLine(read: () => Promise<Waiting[]>, now = () => performance.now()): Line {
  const busy = new Set<string>();
  const lastTurns = new Map<string, number>();
  const rows = new Map<string, number>();
  const paused = new Map<string, number>();
  let turns = 0;
  let listed: Waiting[] = [];
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  const readAnew = async () => {
    const begun = now();
    const found = await read();
    readAt = begun;
    const shops = new Set(found.map(({ shop }) => shop));
    for (const kept of [lastTurns, rows, paused])
      for (const shop of kept.keys()) if (!shops.has(shop) && !busy.has(shop)) kept.delete(shop);
    listed = found.toSorted((one, other) => (lastTurns.get(one.shop) ?? 0) - (lastTurns.get(other.shop) ?? 0));
  };
  const isFree = ({ shop }: Waiting) => !busy.has(shop) && (paused.get(shop) ?? 0) <= now();

  return {
    async next() {
      if (now() - readAt > MARKS_FRESH_MS) await (reading ??= readAnew().finally(() => (reading = undefined)));
      const at = listed.findIndex(isFree);
      const [waiting] = at < 0 ? [] : listed.splice(at, 1);
      if (!waiting) return null;
      busy.add(waiting.shop);
      return { ...waiting, rows: rows.get(waiting.shop) ?? FIRST_ROWS };
    },
    end({ shop, rows: given }, how, tookMs) {
      busy.delete(shop);
      lastTurns.set(shop, (turns += 1));
      if (how === "failed") paused.set(shop, now() + PAUSE_MS);
      if (how === "more") readAt = Number.NEGATIVE_INFINITY;
      if (tookMs > LONG_MS) rows.set(shop, Math.max(LEAST_ROWS, Math.floor(given / 2)));
      else if (how === "more" && tookMs < SHORT_MS) rows.set(shop, Math.min(MOST_ROWS, given * 2));
      else rows.set(shop, given);
    },
  };
}
