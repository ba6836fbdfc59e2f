// Two people change one offer at the same time, while a plugin is slow: no change is lost.
import { expect, test } from "vitest";
import { sql } from "../../../../app/db.server.ts";
import { env } from "../../../../app/env.server.ts";
import { actOnOffer } from "../../../../app/offers/editor/act-on-offer.server.ts";
import { readEditor } from "../../../../app/offers/editor/read-editor.server.ts";
import type { OfferEngine } from "../../../../app/offers/publishing/audiences/narrow-audience.server.ts";
import { publishOffer } from "../../../../app/offers/definition/move-offer.server.ts";
import { registry } from "../../../../app/plugins/installed.server.ts";
import { sent, percentOff, inItsOwnShop, type Form, type OfferShop } from "../offer-shop.ts";

let it: OfferShop;

inItsOwnShop((shop) => (it = shop), "Asia/Kolkata");

/** The message kind, but calling it takes as long as `meanwhile`. */
function slowly(meanwhile: () => Promise<unknown>): OfferEngine {
  const { message } = registry.offerKinds;
  if (!message) throw new Error("the kind is built in");
  const slow = {
    ...message,
    resolve: async (...given: Parameters<typeof message.resolve>) => {
      await meanwhile();
      return message.resolve(...given);
    },
  };
  return { ...registry, offerKinds: { ...registry.offerKinds, message: slow } };
}

const message = (fields: Form = {}) => percentOff({ kind: "message", name: "Hello", ...fields });

async function draft(fields: Form = {}): Promise<string> {
  const saved = await it.save(message(fields));
  if (!saved.ok) throw new Error(JSON.stringify(saved.faults));
  return saved.id;
}

const act = (id: string, fields: Form, engine: OfferEngine = registry) => actOnOffer(it.shop, engine, id, sent(fields));
const save = (id: string, fields: Form, engine?: OfferEngine) =>
  act(id, { ...message(fields), intent: "save" }, engine);
const seen = async (id: string) => {
  const view = await readEditor(it.shop, registry, { id, kind: null });
  return { name: view?.draft.name, state: view?.state, version: view?.version ?? "" };
};
const CHANGED = { ok: false, faults: [{ key: "app.edit.stale", parameters: {} }] };
const DONE = { ok: true, next: null };

test("kinds that read the database leave it free, however many offers are published at once", async () => {
  const readCustomers = () =>
    it.shop.db.tx((tx) => tx.rows(sql`select id from customer where shop_id = ${it.shop.id}`));
  const ids = await Promise.all(Array.from({ length: env.DATABASE_POOL + 2 }, () => draft()));
  await Promise.all(ids.map((id) => publishOffer(it.shop, slowly(readCustomers), id, { actor: "merchant" })));
  for (const id of ids) expect(await seen(id)).toMatchObject({ state: "active" });
});

test("an offer that is saved while its kind is called is not published in the earlier version", async () => {
  const id = await draft();
  const engine = slowly(() => save(id, { name: "Other" }));
  expect(await act(id, { intent: "publish" }, engine)).toEqual(CHANGED);
  expect(await seen(id)).toMatchObject({ name: "Other", state: "draft" });
  expect(await act(id, { intent: "publish" })).toEqual(DONE);
  expect(await seen(id)).toMatchObject({ name: "Other", state: "active" });
});

test("an offer that goes live while a change of it is checked stays live, and the change is refused", async () => {
  const id = await draft();
  const engine = slowly(() => publishOffer(it.shop, registry, id, { actor: "merchant" }));
  expect(await save(id, { name: "Late" }, engine)).toEqual(CHANGED);
  expect(await seen(id)).toMatchObject({ name: "Hello", state: "active" });
});

test("when two merchants edit one offer, the second can save and publish only what the second merchant saw", async () => {
  const id = await draft();
  const { version } = await seen(id);
  expect(await save(id, { name: "First", version })).toEqual(DONE);
  expect(await save(id, { name: "Second", version })).toEqual(CHANGED);
  expect(await act(id, { intent: "publish", version })).toEqual(CHANGED);
  expect(await seen(id)).toMatchObject({ name: "First", state: "draft" });

  const now = (await seen(id)).version;
  expect(await act(id, { intent: "publish", version: now })).toEqual(DONE);
  await it.publish();
  expect(await save(id, { name: "Second", version: (await seen(id)).version })).toEqual(DONE);
  expect(await seen(id)).toMatchObject({ name: "Second", state: "active" });
});
