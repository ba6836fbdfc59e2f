// The audit: rows are added in the transaction of the change, and never changed.
import { beforeEach, expect, test } from "vitest";
import { audit, changedParts, sweepAudit, type Change } from "../../../app/audit.server.ts";
import { sql } from "../../../app/db.server.ts";
import type { Shop } from "../../../app/shop.server.ts";
import { redactShop, installationOf } from "../../../app/sync/compliance/redact-shop.server.ts";
import { newShop } from "../new-shop.ts";

let shop: Shop;

beforeEach(async () => {
  shop = await newShop();
});

const SAVED: Change = {
  actor: "staff:17",
  subject: { kind: "segment", id: "s" },
  action: "saved",
  version: 2,
  changed: changedParts({ name: "A", query: "", words: { en: 1 } }, { name: "B", query: "", words: { en: 1 } }),
};

const read = (of: Shop) =>
  of.db.tx((tx) =>
    tx.rows(
      sql`select actor, subject_kind as kind, subject_id as subject, action, version, changed, at from audit order by id`,
    ),
  );

test("a change is kept with its actor, its version and the names of the changed parts", async () => {
  await shop.db.tx(async (tx) => {
    await audit(shop, tx, SAVED);
    await audit(shop, tx, {
      actor: "plugin:loyalty",
      subject: { kind: "plugin", id: "loyalty" },
      action: "switched off",
    });
  });
  const at = shop.now();
  expect(await read(shop)).toEqual([
    { actor: "staff:17", kind: "segment", subject: "s", action: "saved", version: 2, changed: ["name"], at },
    {
      actor: "plugin:loyalty",
      kind: "plugin",
      subject: "loyalty",
      action: "switched off",
      version: null,
      changed: [],
      at,
    },
  ]);
});

test("a change that is rolled back is not in the audit", async () => {
  const failing = shop.db.tx(async (tx) => {
    await audit(shop, tx, SAVED);
    throw new Error("not saved");
  });
  await expect(failing).rejects.toThrow("not saved");
  expect(await read(shop)).toEqual([]);
});

test("audit rows cannot be changed, and contain no person's name or address", async () => {
  await shop.db.tx((tx) => audit(shop, tx, SAVED));
  await expect(shop.db.tx((tx) => tx.run(sql`update audit set actor = 'worker'`))).rejects.toMatchObject({
    code: "42501",
  });
  for (const actor of ["staff:ada@example.com", "Ada Lovelace"] as Change["actor"][])
    await expect(shop.db.tx((tx) => audit(shop, tx, { ...SAVED, actor }))).rejects.toMatchObject({ code: "23514" });
});

test("another shop does not see the rows, and erasing a shop erases its rows", async () => {
  const other = await newShop();
  for (const each of [shop, other]) await each.db.tx((tx) => audit(each, tx, SAVED));
  expect(await read(shop)).toHaveLength(1);
  await redactShop(shop.id, await installationOf(shop.id));
  expect(await read(shop)).toEqual([]);
  expect(await read(other)).toHaveLength(1);
});

test("audit rows are deleted after two years", async () => {
  const write = (id: string, at: string) =>
    shop.db.tx((tx) =>
      tx.run(sql`
        insert into audit (shop_id, at, actor, subject_kind, subject_id, action)
        values (${shop.id}, now() - ${at}::interval, 'merchant', 'offer', ${id}, 'saved')`),
    );
  await write("old", "2 years 1 day");
  await write("young", "2 years -1 day");
  await sweepAudit(shop);
  const rows = await shop.db.tx((tx) => tx.rows(sql`select subject_id as id from audit where shop_id = ${shop.id}`));
  expect(rows).toEqual([{ id: "young" }]);
});
