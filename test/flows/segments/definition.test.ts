// A segment's definition: its changes, its handle, and figures that belong to one version of the query.
import { beforeEach, expect, test } from "vitest";
import { sql } from "../../../app/db.server.ts";
import { registry } from "../../../app/plugins/installed.server.ts";
import { archiveSegment, restoreSegment } from "../../../app/segments/definition/archive-segment.server.ts";
import { saveSegment, type SegmentDraft } from "../../../app/segments/definition/save-segment.server.ts";
import { dueSegments, evaluateSegment } from "../../../app/segments/memberships/build.server.ts";
import { readSegment } from "../../../app/segments/segment.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { done, faultsIn, savedSegment } from "../../setup/definitions.ts";
import { addCustomers, newShop } from "../new-shop.ts";

let shop: Shop;

beforeEach(async () => {
  shop = await newShop();
});

const EVERYBODY = "number_of_orders >= 0";
const save = (draft: SegmentDraft) => savedSegment(shop, draft, registry);
const evaluate = (id: string) => evaluateSegment(shop, id, registry, async () => undefined);
const handles = async (): Promise<Record<string, string>> => {
  const rows = await shop.db.tx((tx) =>
    tx.rows<{ name: string; handle: string }>(sql`select name, handle from segment where shop_id = ${shop.id}`),
  );
  return Object.fromEntries(rows.map(({ name, handle }) => [name, handle]));
};
const audited = (id: string) =>
  shop.db.tx((tx) =>
    tx.rows(sql`select actor, action, version, changed from audit
      where shop_id = ${shop.id} and subject_kind = 'segment' and subject_id = ${id} order by id`),
  );

test("a segment's handle is made of its first name and never changes; a taken handle gets a number", async () => {
  const id = await save({ name: "Tea lovers", query: EVERYBODY });
  await save({ id, name: "Coffee lovers", query: EVERYBODY });
  await save({ name: "Tea lovers!", query: EVERYBODY });
  await save({ name: "ચા", query: EVERYBODY });
  expect(await handles()).toEqual({ "Coffee lovers": "tea-lovers", "Tea lovers!": "tea-lovers-2", ચા: "segment" });
});

test("segments of one name that are created at the same moment are all created, each with its own handle", async () => {
  await Promise.all(Array.from({ length: 5 }, () => save({ name: "Same", query: EVERYBODY })));
  const rows = await shop.db.tx((tx) =>
    tx.rows(sql`select handle from segment where shop_id = ${shop.id} order by handle`),
  );
  expect(rows).toEqual(["same", "same-2", "same-3", "same-4", "same-5"].map((handle) => ({ handle })));
});

test("each change is audited with its actor, its version and the parts that changed", async () => {
  const id = await save({ name: "A", query: EVERYBODY });
  const by = (actor: "staff:7" | "plugin:loyalty") => ({ engine: registry, actor });
  done(await saveSegment(shop, { id, name: "B", query: EVERYBODY }, by("staff:7")));
  done(await saveSegment(shop, { id, name: "B", query: "number_of_orders > 1" }, by("plugin:loyalty")));
  done(await archiveSegment(shop, { id, actor: "worker" }));
  done(await restoreSegment(shop, { id, actor: "staff:7" }));
  expect(await audited(id)).toEqual([
    { actor: "merchant", action: "created", version: 1, changed: [] },
    { actor: "staff:7", action: "saved", version: 1, changed: ["name"] },
    { actor: "plugin:loyalty", action: "saved", version: 2, changed: ["query"] },
    { actor: "worker", action: "archived", version: 2, changed: [] },
    { actor: "staff:7", action: "restored", version: 2, changed: [] },
  ]);
});

test("a save that expects another version than the stored one changes nothing and is not audited", async () => {
  const id = await save({ name: "A", query: EVERYBODY });
  const seen = (await readSegment(shop, id))?.version ?? "";
  const rename = (name: string) =>
    saveSegment(shop, { id, name, query: EVERYBODY }, { engine: registry, actor: "staff:7", expectedVersion: seen });
  done(await rename("First"));
  expect(faultsIn(await rename("Second"))).toEqual({ form: "app.edit.stale" });
  expect((await readSegment(shop, id))?.name).toBe("First");
  expect(await audited(id)).toHaveLength(2);
});

test("figures belong to one version of the query: a new query is not counted yet, whoever wrote it into the definition", async () => {
  await addCustomers(shop, "1", "2");
  const id = await save({ name: "All", query: EVERYBODY });
  await evaluate(id);
  expect(await readSegment(shop, id)).toMatchObject({ count: 2, evaluatedAt: shop.now() });
  expect(await dueSegments(shop, registry)).toEqual([]);
  await shop.db.tx((tx) =>
    tx.run(sql`update segment set query = 'number_of_orders > 0', query_version = 2
      where shop_id = ${shop.id} and id = ${id}`),
  );
  expect(await readSegment(shop, id)).toMatchObject({ count: 2, evaluatedAt: null });
  expect(await dueSegments(shop, registry)).toEqual([id]);
  await evaluate(id);
  expect(await readSegment(shop, id)).toMatchObject({ count: 0, evaluatedAt: shop.now() });
});
