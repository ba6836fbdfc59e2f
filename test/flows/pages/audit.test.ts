// Who changed what: rows that are added in the transaction of the change, and that nobody changes.
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

test("a change is kept with who did it, of which version, and the names of the parts that differ", async () => {
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

test("what was rolled back was not done by anybody", async () => {
  const failing = shop.db.tx(async (tx) => {
    await audit(shop, tx, SAVED);
    throw new Error("not saved");
  });
  await expect(failing).rejects.toThrow("not saved");
  expect(await read(shop)).toEqual([]);
});

test("nobody changes what is kept, and nobody is named by a name or an address", async () => {
  await shop.db.tx((tx) => audit(shop, tx, SAVED));
  await expect(shop.db.tx((tx) => tx.run(sql`update audit set actor = 'worker'`))).rejects.toMatchObject({
    code: "42501",
  });
  for (const actor of ["staff:ada@example.com", "Ada Lovelace"] as Change["actor"][])
    await expect(shop.db.tx((tx) => audit(shop, tx, { ...SAVED, actor }))).rejects.toMatchObject({ code: "23514" });
});

test("another shop sees nothing of it, and a shop that is erased takes its own along", async () => {
  const other = await newShop();
  for (const each of [shop, other]) await each.db.tx((tx) => audit(each, tx, SAVED));
  expect(await read(shop)).toHaveLength(1);
  await redactShop(shop.id, await installationOf(shop.id));
  expect(await read(shop)).toEqual([]);
  expect(await read(other)).toHaveLength(1);
});

test("a change is forgotten after two years", async () => {
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
