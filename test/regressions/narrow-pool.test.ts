// A turn that requested a second connection while it held its own could wait for ever: as many turns as the pool has connections
// each held one, and none was free.
import { afterAll, beforeAll, expect, test } from "vitest";
import { env } from "../../app/env.server.ts";
import { takeTurn } from "../../app/worker/batch.server.ts";
import { example, openIngest } from "../flows/ingest-shop.ts";

const SHOPS = ["narrow-1", "narrow-2", "narrow-3", "narrow-4"].map((name) => `${name}.myshopify.com`);

// The pool is opened by the first statement.
env.DATABASE_POOL = 2;
let ingest: Awaited<ReturnType<typeof openIngest>>;

beforeAll(async () => {
  ingest = await openIngest();
});
afterAll(() => ingest.close());

test("turns of more shops than there are connections all finish", async () => {
  for (const shop of SHOPS) {
    await ingest.install(shop);
    expect(await ingest.send("orders/create", example("orders/create"), { shop })).toBe(200);
  }
  const turns = await Promise.all(SHOPS.map((shop) => takeTurn(shop, [])));
  expect(turns.map((turn) => turn !== "busy" && turn.taken)).toEqual([1, 1, 1, 1]);
});
