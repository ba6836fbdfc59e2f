import { expect, test } from "vitest";
import { sql, trusted } from "../../../db.server.ts";
import { heldPart, heldStatement } from "./held-sql.server.ts";

const faultOf = (hold: typeof heldPart, text: string): string | null => {
  try {
    hold(trusted(text));
    return null;
  } catch (error) {
    return (error as Error).message;
  }
};

test.each([
  "select id from api.customers",
  "  -- mine\n (select 1) union (select 2);",
  "WITH a AS (SELECT 1) SELECT * FROM a",
  "values (1)",
  "select 'set_config', '; drop table customer', \"set\" from api.orders o where o.note ~ E'\\n'",
  "select pg_sleep(1)",
  "select pg_input_is_valid(value, 'date') from api.metafields",
  "select lo_mark from (select 1 as lo_mark) x",
])("a plugin may run: %s", (text) => expect(faultOf(heldStatement, text)).toBeNull());

test.each([
  "",
  "-- nothing",
  "/* x */ set local app.shop = 'other'",
  "--\nset local app.shop = 'other'",
  "do $$ begin execute 'se' || 't local app.shop = ''other'''; end $$",
  "select 1; set local app.shop = 'other'",
  "select 1;;",
  "prepare x as select 1",
  "insert into api.records values (1)",
  "update customer set id = '1'",
  "delete from customer",
  "copy customer to '/tmp/x'",
  "create temp table customer ()",
  "explain analyze select 1",
  "reset all",
  "lock table customer",
])("a plugin may not run what is no single statement that reads: %s", (text) =>
  expect(faultOf(heldStatement, text)).not.toBeNull(),
);

const EVIL = [
  "set_config('app.shop', 'other', true)",
  "\"set_config\"('app.shop', 'other', true)",
  "pg_catalog.set_config/* */('app.shop', 'other', true)",
  "U&\"set\\005fconfig\"('app.shop', 'other', true)",
  "query_to_xml('select 1', true, false, '')",
  "CURSOR_TO_XML('c', 1, true, false, '')",
  "schema_to_xml_and_xmlschema('api', true, false, '')",
  "database_to_xml(true, false, '')",
  "ts_stat('select 1')",
  "ts_rewrite('a'::tsquery, 'select 1')",
  "dblink('', '')",
  "lo_get(1)",
  "pg_read_file('x')",
  "pg_ls_dir('x')",
  "pg_terminate_backend(pg_backend_pid())",
  "pg_advisory_lock(1)",
  "pg_notify('x', 'y')",
  "(select count(*) from pg_stat_activity)",
  "(select count(*) from pgboss.job)",
  '(select count(*) from "pgboss".job)',
  "nextval('clock_id_seq')",
];

test.each(EVIL)("neither a statement nor an attribute may have: %s", (text) => {
  expect(faultOf(heldStatement, `select ${text}`)).not.toBeNull();
  expect(faultOf(heldPart, text)).not.toBeNull();
});

test.each([
  "(insert into api.records values ('x') returning 1)",
  "(with w as (DELETE /* all */ FROM plugin_record returning 1) select count(*) from w)",
])("a part that writes is told where to write: %s", (text) =>
  expect(faultOf(heldPart, text)).toBe(
    "its SQL writes, and it may only read: write with `records` in a handler or a job",
  ),
);

test.each(["1) or (true", "(1", "1; select 2", "')' || (')'", "1, 2", "array[1], 2", "(1), (2)", "1]"])(
  "a part is one expression: %s",
  (text) => expect(faultOf(heldPart, text)).toContain("is not one expression"),
);

test.each(["array[1, 2]", "coalesce(c.note, '')", "select value, title from api.metafields"])(
  "a comma in parentheses or brackets, or between the columns of a query, is part of one expression: %s",
  (text) => expect(faultOf(heldPart, text)).toBeNull(),
);

test.each(["update", "UPDATE limit 1", "no key update", "share skip locked", "/**/ key share", '"update"'])(
  "a plugin may lock no rows: for %s",
  (lock) => {
    expect(faultOf(heldStatement, `select 1 from customer for ${lock}`)).toContain("its SQL locks rows");
    expect(faultOf(heldPart, `(select 1 from customer for ${lock})`)).toContain("its SQL locks rows");
  },
);

test("a part that ends with a comment leaves what follows it in the statement", () => {
  expect(faultOf(heldPart, "substring(c.note from 1 for 3)")).toBeNull();
  expect(sql`(${heldPart(trusted("c.id -- the customer"))})`.sql).toBe("(c.id -- the customer\n)");
});

test("a part may have texts and parameters, and the refusal names what to take out", () => {
  expect(heldPart(sql`(select ')' || ${"(set_config("} || '(')`).values).toEqual(["(set_config("]);
  expect(faultOf(heldPart, "pg_backend_pid()")).toBe(
    "its SQL names pg_backend_pid, which is the database's own. Take that out",
  );
});
