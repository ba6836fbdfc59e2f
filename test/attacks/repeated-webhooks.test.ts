// Shopify sends a webhook again where an answer is late, so that two processes may store the same webhooks at the same time.
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { env } from "../../app/env.server.ts";
import { openInbox } from "../../app/sync/inbox/inbox.server.ts";

const ROUNDS = 10;
const SHOPS = ["one.myshopify.com", "two.myshopify.com"];

const owner = new pg.Client({ connectionString: process.env["DATABASE_URL"] });
beforeAll(() => owner.connect());
afterAll(() => owner.end());

test("two processes that receive the same webhooks in opposite orders store each webhook once and refuse none", async () => {
  const faults: string[] = [];
  const onFault = (error: Error) => void faults.push(error.message);
  const inboxes = [1, 2].map(() => openInbox({ url: env.DOOR_DATABASE_URL, onFault }));
  const arrivalOf = (key: string, at: number) => ({
    shop: SHOPS[at % SHOPS.length] ?? "",
    source: "shopify",
    connection: "",
    topic: "orders/create",
    key,
    webhookId: key,
    triggeredAt: null,
    body: Buffer.alloc(20_000, key),
  });
  const outcomes: boolean[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const arrivals = Array.from({ length: 200 }, (_, at) => arrivalOf(`${round}-${at}`, at));
    const store = (inbox: (typeof inboxes)[number], list: typeof arrivals) =>
      list.map(
        (arrival) =>
          new Promise<void>((resolve) => {
            const settled = (stored: boolean) => {
              outcomes.push(stored);
              resolve();
            };
            if (!inbox.add(arrival, settled)) settled(false);
          }),
      );
    await Promise.all(inboxes.flatMap((inbox, at) => store(inbox, at === 0 ? arrivals : arrivals.toReversed())));
  }
  await Promise.all(inboxes.map((inbox) => inbox.close()));
  expect(faults).toEqual([]);
  expect(outcomes.filter((stored) => !stored)).toEqual([]);
  const { rows } = await owner.query("select count(*)::int as rows from inbox");
  expect(rows).toEqual([{ rows: ROUNDS * 200 }]);
});
