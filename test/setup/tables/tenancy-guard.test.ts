import { expect, it } from "vitest";
import { runOn } from "../../../prisma/schema-engine.ts";
import { createTestDatabase } from "../database/database.ts";
import { tenancyFaults } from "./tenancy-guard.ts";

const owner = process.env["DATABASE_URL"] ?? "";
const nullif = "nullif(current_setting('app.shop', true), '')";

it("the migrated database keeps the rules of tenancy and distribution", async () => {
  expect(await tenancyFaults(owner)).toEqual([]);
});

it.each([
  ["an unforced table", "ALTER TABLE customer NO FORCE ROW LEVEL SECURITY", "Table customer: row-level security"],
  ["a lost policy", 'DROP POLICY "tenant" ON offer', "Table offer has not the one policy"],
  [
    "a policy that lets everyone write",
    `DROP POLICY "tenant" ON offer; CREATE POLICY "tenant" ON offer USING (shop_id = ${nullif}) WITH CHECK (true)`,
    "Table offer has not the one policy",
  ],
  ["a second, open policy", "CREATE POLICY bare ON offer USING (true)", "Table offer has not the one policy"],
  ["a table without a shop", "CREATE TABLE bare (id int)", "Table bare has no shop_id"],
  ["a key without the shop", "CREATE UNIQUE INDEX bare_key ON customer (email)", "Index bare_key on customer"],
  [
    "a trigger",
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER bare BEFORE INSERT ON customer EXECUTE FUNCTION f()",
    "Trigger bare on customer",
  ],
  ["a door that can read", "GRANT SELECT ON inbox TO regulars_door", "Role regulars_door has SELECT on inbox"],
  [
    "a view that reads as its owner",
    "CREATE VIEW bare AS SELECT shop_id FROM customer",
    "View bare reads as its owner",
  ],
  [
    "a view without a shop",
    "CREATE VIEW api.bare WITH (security_invoker = true) AS SELECT id FROM customer",
    "View api.bare has no shop_id",
  ],
  ["a materialized view", "CREATE MATERIALIZED VIEW bare AS SELECT shop_id FROM customer", "View bare is materialized"],
  [
    "a foreign key across shops",
    "CREATE UNIQUE INDEX bare_id ON customer (shop_id, id, email); ALTER TABLE answer ADD CONSTRAINT bare_ref FOREIGN KEY (customer_id) REFERENCES shop (id)",
    "Foreign key bare_ref",
  ],
])("the guard finds %s", async (_what, breach, sentence) => {
  const database = await createTestDatabase();
  await runOn(database.urls.owner, breach);
  expect((await tenancyFaults(database.urls.owner)).join("\n")).toContain(sentence);
  await database.drop();
});
