// The database refuses an unknown state, because no code would work on a row in that state. The columns come from the catalogue.
import pg from "pg";
import { expect, test } from "vitest";
import { runOn } from "../../../prisma/schema-engine.ts";

const owner = process.env["DATABASE_URL"] ?? "";

/** Columns that are named like a closed set but take any text, each with its reason. */
const OPEN: Record<string, string> = {
  "shop.platform": "a source that is added brings its own name",
  "inbox.source": "a source that is added brings its own name",
  "inbox.topic": "Shopify's topics, and those of the history",
  "session.state": "the nonce of a sign-in",
  "customer.account_status": "Shopify's states, which may become more",
  "customer.email_subscription_status": "Shopify's states, which may become more",
  "customer.sms_subscription_status": "Shopify's states, which may become more",
  "consent.state": "Shopify's states, which may become more",
  "consent.source": "where the consent was collected, in Shopify's words",
  "shop_order.financial_status": "Shopify's states, which may become more",
  "shop_order.fulfillment_status": "Shopify's states, which may become more",
  "shop_order.cancel_reason": "Shopify's reasons, which may become more",
  "product.status": "Shopify's states, which may become more",
  "event.kind": "another source brings kinds of its own",
  "activity.kind": "a domain that is added brings kinds of its own",
  "event.source": "a source that is added brings its own name",
  "outbox.kind": "a new kind of event is emitted at once, and readers skip kinds that they do not know",
  "offer.kind": "a plugin brings kinds of its own",
  "plugin_record.kind": "a plugin's own word",
  "customer_change.cause": "an event's id",
  "membership.entered_cause": "an event's id",
  "membership.left_cause": "an event's id",
  "inbox.reason": "a sentence with its parameters",
  "audience.customer_ids": "ids",
  "audit.changed": "names of changed parts, which differ between kinds of definitions",
  "customer.tags": "a merchant's own words",
  "product.tags": "a merchant's own words",
  "publication.published": "keys of audiences",
  "shop_order.tags": "a merchant's own words",
  "shop_profile.scopes": "Shopify's scopes, which may become more",
  "store_block.places": "names of a theme's pages",
  "survey_version.segment_ids": "ids",
};
const SOUNDS_CLOSED =
  /(^|_)(state|status|kind|origin|way|proof|surface|channel|direction|platform|source|topic|reason|cause)$/;

type Column = { table: string; column: string; isList: boolean; check: string | null };

const columns = await runOn<Column>(
  owner,
  `select c.relname as table, a.attname as column, a.atttypid = 'text[]'::regtype as "isList",
     (select pg_get_constraintdef(k.oid) from pg_constraint k
      where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum]
        and pg_get_constraintdef(k.oid) like '%ARRAY[%') as check
   from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
     and a.atttypid in ('text'::regtype, 'text[]'::regtype) and c.relname <> '_prisma_migrations' order by 1, 2`,
);
const closed = columns.flatMap(({ check, ...column }) => (check === null ? [] : [{ ...column, check }]));

test("a column or list with few values refuses others, or the list of exceptions says why it takes any text", () => {
  const said = columns
    .filter(({ column, isList }) => isList || SOUNDS_CLOSED.test(column))
    .map((each) => ({ ...each, name: nameOf(each) }));
  expect(said.filter(({ name, check }) => check === null && !OPEN[name]).map(({ name }) => name)).toEqual([]);
  expect(Object.keys(OPEN).filter((name) => !said.some((each) => each.name === name && each.check === null))).toEqual(
    [],
  );
});

test.each(closed)("$table $column accepts its values and refuses another value", async (each) => {
  const { table, column, isList, check } = each;
  expect(check).toMatch(isList ? /<@ ARRAY\['/ : /ANY \(ARRAY\['/);
  const client = new pg.Client({ connectionString: owner });
  await client.connect();
  try {
    const insert = async (value: string) => {
      await client.query("BEGIN; SET LOCAL app.shop = 'x'");
      const names = await required(client, table);
      const row = new Map(names.map((name) => [name.column, name.sql]));
      row.set(column, client.escapeLiteral(isList ? `{${value}}` : value));
      const into = [...row.keys()].map((name) => client.escapeIdentifier(name)).join(", ");
      const outcome = await client
        .query(`INSERT INTO ${table} (${into}) VALUES (${[...row.values()].join(", ")})`)
        .then(
          () => "taken",
          ({ code, constraint }: { code?: string; constraint?: string }) => `${code} ${constraint}`,
        );
      await client.query("ROLLBACK");
      return outcome;
    };
    expect(await insert(allowed(check))).toBe("taken");
    expect(await insert("nonsense")).toBe(`23514 ${table}_${column}`);
  } finally {
    await client.end();
  }
});

const nameOf = ({ table, column }: Column) => `${table}.${column}`;
const allowed = (check: string) => /'([^']+)'/.exec(check)?.[1] ?? "";

/** The columns that a row must have, each with a valid value. */
async function required(client: pg.Client, table: string): Promise<{ column: string; sql: string }[]> {
  const { rows } = await client.query<{ column: string; type: string }>(
    `select attname as column, format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attnotnull and not atthasdef and attidentity = ''`,
    [table],
  );
  const checks = new Map(
    closed.filter((each) => each.table === table && !each.isList).map(({ column, check }) => [column, check]),
  );
  return rows.map(({ column, type }) => ({ column, sql: `'${valueOf(type, checks.get(column))}'::${type}` }));
}

function valueOf(type: string, check: string | undefined): string {
  if (check) return allowed(check);
  if (type.endsWith("[]")) return "{}";
  if (/^(int|big|num|double)/.test(type)) return "1";
  if (/^(time|date)/.test(type)) return "2026-11-22";
  return /^json/.test(type) ? "{}" : "x";
}
