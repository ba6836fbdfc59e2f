// The outbox: events in the order of commits, each reader at its own position, and no event that commits late is skipped.
import { EventEmitter, once } from "node:events";
import pg from "pg";
import { afterAll, beforeEach, expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import { applyFacts } from "../../../app/customers/facts/apply.server.ts";
import { beginReading, emit, readEvents, readLag, sweepOutbox, type DomainEvent } from "../../../app/outbox.server.ts";
import { emitRedemptions, redemptionsAreDue } from "../../../app/offers/redemptions.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import type { Entities, OrderRow } from "../../../app/customers/facts/entities.ts";
import { lockMembership } from "../../../app/segments/memberships/live-segment.server.ts";
import { unlessRefused } from "../../../app/sync/reading/refusal.server.ts";
import { newShop } from "../new-shop.ts";
import { orderRow } from "../order-row.ts";

const owner = new pg.Pool({ connectionString: process.env["DATABASE_URL"] });
afterAll(() => owner.end());

let shop: Shop;
beforeEach(async () => {
  shop = await newShop();
});

const event = (id: string): DomainEvent => ({
  id,
  kind: "survey.answered",
  customerId: null,
  at: "2026-11-28T10:00:00.000Z",
  data: {},
});
const tell = (...ids: string[]) => shop.db.tx(async (tx) => emit(shop, tx, ids.map(event)));
const read = async (reader: string, most = 100) =>
  (await shop.db.tx((tx) => readEvents(shop, tx, reader, most))).map(({ id }) => id);

test("each reader reads every event once, in order, from its own position", async () => {
  await tell("a", "b");
  await tell("c");
  expect(await read("flows", 2)).toEqual(["a", "b"]);
  expect(await read("flows", 2)).toEqual(["c"]);
  expect(await read("flows")).toEqual([]);
  expect(await read("sums")).toEqual(["a", "b", "c"]);
  await tell("d");
  expect(await shop.db.tx((tx) => readLag(shop, tx, "flows"))).toBe(1);
  expect(await read("flows")).toEqual(["d"]);
});

test("a reader that fails reads the same events again", async () => {
  await tell("a");
  const failing = shop.db.tx(async (tx) => {
    await readEvents(shop, tx, "flows", 10);
    throw new Error("the reader fails");
  });
  await expect(failing).rejects.toThrow("the reader fails");
  expect(await read("flows")).toEqual(["a"]);
});

test("no reader skips an event that commits late, however transactions overlap", async () => {
  const [begun, go] = [new EventEmitter(), new EventEmitter()];
  const [hasBegun, mayGo] = [once(begun, "now"), once(go, "now")];
  const late = shop.db.tx(async (tx) => {
    emit(shop, tx, [event("late")]);
    tx.beforeCommit.push(async () => {
      begun.emit("now");
      await mayGo;
    });
  });
  await hasBegun;
  // This transaction begins later and would commit earlier, so it waits for its number.
  let isDone = false;
  const quick = tell("quick").then(() => (isDone = true));
  const seen = await read("flows");
  expect(seen).toEqual([]);
  expect(isDone).toBe(false);
  go.emit("now");
  await Promise.all([late, quick]);
  expect(await read("flows")).toEqual(["late", "quick"]);
});

test("a writer waits for no other writer's work, and two writers that need a second common lock do not deadlock", async () => {
  const [emitted, held] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  const batch = shop.db.tx(async (tx) => {
    emit(shop, tx, [event("batch")]);
    emitted.resolve(undefined);
    await held.promise;
    await lockMembership(shop, tx);
  });
  await emitted.promise;
  await tell("answer");
  expect(await read("flows")).toEqual(["answer"]);
  const evaluation = shop.db.tx(async (tx) => {
    await lockMembership(shop, tx);
    held.resolve(undefined);
    await tx.run(sql`select pg_sleep(0.3)`);
    emit(shop, tx, [event("evaluation")]);
  });
  await Promise.all([batch, evaluation]);
  expect(await read("flows")).toEqual(["evaluation", "batch"]);
});

test("events of work that was rolled back to a savepoint are not emitted, and those before it are", async () => {
  await shop.db.tx(async (tx) => {
    emit(shop, tx, [event("before")]);
    const tried = await unlessRefused(tx, async () => {
      emit(shop, tx, [event("refused")]);
      await tx.run(sql`select 1 / 0`);
    });
    expect(tried).toHaveProperty("refused");
  });
  expect(await read("flows")).toEqual(["before"]);
});

test("with twenty writers at once, half of which fail, and a reader that runs meanwhile, every committed event is read once", async () => {
  const seen: string[] = [];
  let isOver = false;
  const reading = (async () => {
    while (!isOver) seen.push(...(await read("flows", 3)));
  })();
  const writers = Array.from({ length: 20 }, (_, at) =>
    shop.db
      .tx(async (tx) => {
        emit(shop, tx, [event(`${at}.1`), event(`${at}.2`)]);
        await tx.run(sql`select pg_sleep(${(at % 5) / 100})`);
        if (at % 2 === 1) throw new Error("rolled back");
      })
      .catch(() => undefined),
  );
  await Promise.all(writers);
  isOver = true;
  await reading;
  for (let more = await read("flows"); more.length > 0; more = await read("flows")) seen.push(...more);
  const committed = Array.from({ length: 10 }, (_, at) => [`${at * 2}.1`, `${at * 2}.2`]).flat();
  expect(seen.toSorted()).toEqual(committed.toSorted());
});

const at = "2026-11-20T10:00:00.000Z";

test("events of facts are emitted once, in the transaction of the facts; history emits none", async () => {
  const order = (more: Partial<OrderRow>): Partial<Entities> => ({
    orders: [orderRow({ id: "1", customerId: "7", ...more })],
  });
  const apply = (entities: Partial<Entities>, history: boolean) =>
    shop.db.tx((tx) => applyFacts(shop, tx, entities, { name: "shopify", history }));
  const later = { updatedAt: "2026-11-21T10:00:00.000Z", seenAt: "2026-11-21T10:00:00.000Z" };

  await apply(order({}), true);
  expect(await read("flows")).toEqual([]);
  await apply(order({ id: "2" }), false);
  expect(await read("flows")).toEqual(["order/2/placed"]);
  await apply(order({ id: "2" }), false);
  await apply(order({ id: "2", ...later, cancelledAt: at }), false);
  expect(await read("flows")).toEqual(["order/2/cancelled"]);
});

test("events are deleted after a week, by the database's clock", async () => {
  await tell("old", "new");
  await owner.query("update outbox set recorded_at = now() - interval '8 days' where shop_id = $1 and id = 'old'", [
    shop.id,
  ]);
  await sweepOutbox(shop);
  expect(await read("flows")).toEqual(["new"]);
});

const isDelivered = async (reader: string) => (await shop.db.tx((tx) => readLag(shop, tx, reader))) === 0;
const sweepAll = async () => {
  await owner.query("update outbox set recorded_at = now() - interval '8 days' where shop_id = $1", [shop.id]);
  await sweepOutbox(shop);
};

/** The same shop, with its warnings collected. */
const warned: unknown[] = [];
const listening = () => ({
  ...shop,
  log: Object.assign(Object.create(shop.log) as typeof shop.log, {
    warn: (...line: unknown[]) => void warned.push(line),
  }),
});

test("after events were deleted unread, the reader continues at the next one, and the log says how many were lost", async () => {
  warned.length = 0;
  await tell("a");
  expect(await read("flows")).toEqual(["a"]);
  await tell("b", "c");
  await sweepAll();
  expect(await isDelivered("flows")).toBe(false);
  expect(await shop.db.tx((tx) => readEvents(listening(), tx, "flows", 10))).toEqual([]);
  expect(await isDelivered("flows")).toBe(true);
  expect(warned).toEqual([[{ reader: "flows", events: 2 }, "events were deleted before the reader read them"]]);
  await tell("d");
  await sweepAll();
  await tell("e");
  expect((await shop.db.tx((tx) => readEvents(listening(), tx, "flows", 10))).map(({ id }) => id)).toEqual(["e"]);
  expect(warned.slice(1)).toEqual([[{ reader: "flows", events: 1 }, expect.any(String)]]);
});

test("a reader that passes deleted events skips no event that commits meanwhile", async () => {
  await tell("a");
  await sweepAll();
  const [begun, go] = [new EventEmitter(), new EventEmitter()];
  const [hasBegun, mayGo] = [once(begun, "now"), once(go, "now")];
  const late = shop.db.tx(async (tx) => {
    await emit(shop, tx, [event("late")]);
    begun.emit("now");
    await mayGo;
  });
  await hasBegun;
  expect(await read("flows")).toEqual([]);
  go.emit("now");
  await late;
  expect(await read("flows")).toEqual(["late"]);
});

test("a new reader begins at the head, and keeps its position when it begins again", async () => {
  await tell("before");
  const begin = () => shop.db.tx((tx) => beginReading(shop, tx, ["new", "newer"]));
  await begin();
  expect(await isDelivered("new")).toBe(true);
  await tell("after");
  await begin();
  expect(await read("new")).toEqual(["after"]);
  expect(await read("newer")).toEqual(["after"]);
});

test("redemptions are not due after the sweep has deleted the events of the orders", async () => {
  await tell("a");
  await sweepAll();
  expect(await redemptionsAreDue(shop)).toBe(true);
  await emitRedemptions(shop);
  expect(await redemptionsAreDue(shop)).toBe(false);
});
