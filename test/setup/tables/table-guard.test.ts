import { expect, it } from "vitest";
import { type Exception, ownerFaults, ownerLines, tablesOf, usesOf } from "./table-guard.ts";

const TABLES = ["customer", "event", "membership", "offer"];
const OWNERS = {
  customer: "app/customers/facts",
  event: "app/customers/facts",
  membership: "app/segments",
  offer: "app/offers",
};

const look = (file: string, text: string, exceptions: Exception[] = [], tables = TABLES) =>
  ownerFaults(usesOf([{ file, text }], TABLES), tables, { owners: OWNERS, exceptions }).join("\n");

it.each([
  ["an insert", "app/surveys/a.server.ts", "sql`insert into event (id) values (${id})`", "writes event, which"],
  ["an update", "app/surveys/a.server.ts", "sql`update customer c set note = ''`", "writes customer, which"],
  ["a delete", "app/worker/a.ts", "sql`delete from membership where true`", "writes membership, which"],
  [
    "a write within a with",
    "app/worker/a.ts",
    "sql`with g as (delete from offer returning id) select 1`",
    "writes offer",
  ],
  ["a plain string", "app/worker/a.ts", 'client.query("DELETE FROM offer")', "writes offer, which"],
  ["a fragment", "app/surveys/a.ts", "const gone = sql`, gone as (delete from event)`", "writes event, which"],
  ["a table by name", "app/surveys/a.ts", "sql`delete from ${trusted(table)}`", "known at run time"],
  ["an erasing call", "app/surveys/a.ts", 'eraseFrom(tx, "event", where, 10)', "writes event, which"],
  ["a table's columns", "app/surveys/a.ts", 'const E = defineTable<Row>("event", ["id"], {})', "writes event, which"],
  ["an erasing call of any table", "app/customers/facts/a.ts", "eraseFrom(tx, table, where, 10)", "known at run time"],
  ["a read upward", "app/customers/a.ts", "sql`select 1 from membership`", "reads membership, which"],
  ["a read upward by a join", "app/segments/a.ts", "sql`select 1 from customer c join offer o on true`", "reads offer"],
  ["a read upward in a list", "app/segments/a.ts", "sql`select 1 from customer c, offer`", "reads offer"],
  ["a table with its schema", "app/worker/a.ts", "sql`update public.offer set id = 1`", "writes offer, which"],
  ["a table with its schema in quotes", "app/worker/a.ts", 'sql`delete from "public"."offer"`', "writes offer, which"],
  ["a write after a comment", "app/worker/a.ts", "sql`delete from -- the old ones\n offer`", "writes offer, which"],
  ["a read in a comment's shadow", "app/segments/a.ts", "sql`select 1 from /* all */ offer`", "reads offer, which"],
  ["a string that begins with a comment", "app/worker/a.ts", 'query("/* swept */ delete from offer")', "writes offer"],
  ["a read of the ground", "app/shop.server.ts", "sql`select 1 from customer`", "reads customer, which"],
  ["a read by name", "app/segments/a.ts", "sql`select 1 from ${identifier(table)} t`", "known at run time"],
])("the guard finds %s in a file that is not the owner's", (_what, file, text, sentence) => {
  expect(look(file, text)).toContain(`${file}: it ${sentence.startsWith("known") ? "" : sentence}`);
  expect(look(file, text)).toContain(sentence);
});

it.each([
  [
    "the owner writes",
    "app/customers/facts/a.ts",
    "sql`insert into event (id) values (1) on conflict do update set id = 2`",
  ],
  ["a higher floor reads", "app/offers/a.ts", "sql`select 1 from membership for update skip locked`"],
  [
    "a column has a table's name",
    "app/segments/a.ts",
    "sql`select 1 from customer c where c.kind is distinct from offer`",
  ],
  ["a sentence has a table's name", "app/segments/a.ts", 'throw new Error("the segment comes from offer")'],
  ["a comment names a table", "app/segments/a.ts", "sql`select 1 -- taken from offer\n as one`"],
  ["a piece is put in", "app/segments/a.ts", "sql`select 1 from ${rows} join customer c on true`"],
])("the guard says nothing where %s", (_what, file, text) => {
  expect(look(file, text)).toBe("");
});

it("a table without an owner, an owner without a table and an unneeded exception are faults", () => {
  expect(look("app/a.ts", "", [], [...TABLES, "visit"])).toContain("Table visit has no owner");
  expect(look("app/a.ts", "", [], ["customer", "event", "membership"])).toContain("offer has an owner and is no table");
  const exception = { file: "app/worker/a.ts", writes: ["offer"], why: "it is a test" };
  expect(look("app/worker/a.ts", "sql`delete from offer`", [exception])).toBe("");
  expect(look("app/worker/a.ts", "sql`select 1 from offer`", [exception])).toContain("is not needed");
  expect(look("app/worker/a.ts", "sql`delete from offer`", [{ ...exception, why: " " }])).toContain("has no reason");
});

it("the tables are the schema's, and a line names a table, its owner and its readers", () => {
  expect(tablesOf('model A {\n  @@map("shop_order")\n}\nmodel B {\n  @@map("event")\n}')).toEqual([
    "shop_order",
    "event",
  ]);
  const uses = usesOf([{ file: "app/offers/a.ts", text: "sql`select 1 from customer, event`" }], TABLES);
  expect(ownerLines(uses, OWNERS)[0]).toMatch(/^customer +→ app\/customers\/facts +→ offers$/);
});
