// Limits the events that a browser and a shop may send in a minute. The counts are in the memory of one web process: an event that
// is refused costs no query. With several processes the limits are as many times higher.

/** The events that a page of offers makes in a minute of fast clicking are a tenth of this. */
const PER_CLIENT = 200;
/** A shop with 1,000 orders a day makes about one event in a second, and twenty on its best day. */
const PER_SHOP = 6000;
const MINUTE_MS = 60_000;

export type Allowance = {
  /** The number of the client's events, `asked` at most, that may be stored now. They are counted. */
  take(shop: string, client: string, asked: number): number;
  /** True once a minute for each shop whose events are dropped. */
  isFirstDrop(shop: string): boolean;
  /** Seconds until the next minute begins. */
  wait(): number;
};

export function openAllowance(now = () => performance.now()): Allowance {
  let minute = Math.floor(now() / MINUTE_MS);
  const counts = new Map<string, number>();
  const dropped = new Set<string>();
  const leftOf = (key: string, most: number) => Math.max(0, most - (counts.get(key) ?? 0));
  return {
    take(shop, client, asked) {
      const present = Math.floor(now() / MINUTE_MS);
      if (present !== minute) for (const each of [counts, dropped]) each.clear();
      minute = present;
      const ofClient = `${shop} ${client}`;
      const given = Math.min(asked, leftOf(shop, PER_SHOP), leftOf(ofClient, PER_CLIENT));
      // A client is counted only with an event of its own, so that there are no more counts than events.
      if (given > 0) for (const key of [shop, ofClient]) counts.set(key, (counts.get(key) ?? 0) + given);
      return given;
    },
    isFirstDrop(shop) {
      const isFirst = !dropped.has(shop);
      dropped.add(shop);
      return isFirst;
    },
    wait: () => Math.ceil((MINUTE_MS - (now() % MINUTE_MS)) / 1000),
  };
}
