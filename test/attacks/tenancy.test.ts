// Statements that a bug in the app could send. Each is executed, and the database must refuse it.
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const owner = new pg.Client(process.env["DATABASE_URL"]);
const app = new pg.Pool({ connectionString: process.env["APP_DATABASE_URL"], max: 2 });
const door = new pg.Client(process.env["DOOR_DATABASE_URL"]);

const DENIED = /row-level security policy|permission denied/;
const shops = ["a.myshopify.com", "b.myshopify.com"] as const;

/** Runs a statement as the app does: in one transaction that is held to one shop. */
async function asShop<Row extends object>(shop: string | null, sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = await app.connect();
  try {
    await client.query("BEGIN");
    if (shop) await client.query(`SET LOCAL app.shop = '${shop}'`);
    const { rows } = await client.query<Row>(sql, values);
    await client.query("COMMIT");
    return rows;
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}

const insertCustomer = "INSERT INTO customer (shop_id, id) VALUES ($1, $2)";
const insertInbox = "INSERT INTO inbox (shop_id, topic, key, body) VALUES ($1, 'orders/create', 'x', '{}')";

beforeAll(async () => {
  await owner.connect();
  await door.connect();
  for (const shop of shops) {
    await asShop(shop, "INSERT INTO shop (id, domain) VALUES ($1, $1)", [shop]);
    await asShop(shop, insertCustomer, [shop, "1"]);
    await door.query(insertInbox, [shop]);
  }
});

afterAll(() => Promise.all([owner.end(), app.end(), door.end()]));

describe("the app", () => {
  it("reads nothing before a shop is set, even on a connection that had one", async () => {
    expect(await asShop(null, "SELECT 1 FROM customer")).toEqual([]);
    for (let connection = 0; connection < 4; connection += 1) await asShop(shops[0], "SELECT 1");
    expect(await asShop(null, "SELECT 1 FROM customer")).toEqual([]);
    expect(await asShop(null, "SELECT 1 FROM inbox")).toEqual([]);
  });

  it("reads only its shop's rows, even when it names another shop", async () => {
    expect(await asShop(shops[0], "SELECT shop_id FROM customer")).toEqual([{ shop_id: shops[0] }]);
    expect(await asShop(shops[0], "SELECT shop_id FROM customer WHERE shop_id = $1", [shops[1]])).toEqual([]);
  });

  it("cannot write into another shop", async () => {
    await expect(asShop(shops[0], insertCustomer, [shops[1], "2"])).rejects.toThrow(DENIED);
    await expect(asShop(null, insertCustomer, [shops[0], "2"])).rejects.toThrow(DENIED);
    const move = "UPDATE customer SET shop_id = $1 WHERE id = '1'";
    await expect(asShop(shops[0], move, [shops[1]])).rejects.toThrow(DENIED);
    const upsert = `${insertCustomer} ON CONFLICT (shop_id, id) DO UPDATE SET note = 'taken'`;
    await expect(asShop(shops[0], upsert, [shops[1], "1"])).rejects.toThrow(DENIED);
    await asShop(shops[0], "DELETE FROM customer WHERE shop_id = $1", [shops[1]]);
    const { rows } = await owner.query("SELECT shop_id, note FROM customer ORDER BY 1");
    expect(rows).toEqual(shops.map((shop) => ({ shop_id: shop, note: null })));
  });

  it("cannot insert rows of several shops in one statement", async () => {
    const several = "INSERT INTO inbox (shop_id, topic, key, body) SELECT unnest($1::text[]), 'orders/create', 'y', ''";
    await expect(asShop(shops[0], several, [shops])).rejects.toThrow(DENIED);
  });

  it("neither reads nor writes a partition by the partition's name", async () => {
    const { rows: parts } = await owner.query<{ name: string }>(
      "SELECT oid::regclass::text AS name FROM pg_class WHERE relispartition AND relkind = 'r' AND relnamespace = 'public'::regnamespace",
    );
    expect(parts.length).toBeGreaterThan(0);
    for (const { name } of parts) {
      await expect(asShop(shops[0], `SELECT 1 FROM ${name}`), name).rejects.toThrow(DENIED);
      await expect(asShop(shops[0], `DELETE FROM ${name}`), name).rejects.toThrow(DENIED);
    }
  });

  it("cannot disable row-level security: it has no owner's rights, no other role, and cannot alter tables", async () => {
    for (const sql of [
      "ALTER TABLE customer DISABLE ROW LEVEL SECURITY",
      'DROP POLICY "tenant" ON customer',
      "SET LOCAL ROLE postgres",
      "ALTER ROLE regulars_app BYPASSRLS",
      "TRUNCATE customer",
      "CREATE TABLE public.mine (id int)",
    ]) {
      await expect(asShop(shops[0], sql), sql).rejects.toThrow(/permission denied|must be owner|row-level|Only roles/i);
    }
    // Without row-level security this would read everything. PostgreSQL refuses the statement instead.
    const client = await app.connect();
    await client.query("SET row_security = off");
    await expect(client.query("SELECT 1 FROM customer")).rejects.toThrow("would be affected by row-level security");
    client.release(true);
  });
});

describe("the views of plugins", () => {
  const readAll = async (shop: string | null) => {
    const { rows: views } = await owner.query<{ name: string }>(
      "SELECT 'api.' || quote_ident(viewname) AS name FROM pg_views WHERE schemaname = 'api'",
    );
    const seen: Record<string, string[]> = {};
    for (const { name } of views)
      seen[name] = (await asShop<{ shop_id: string }>(shop, `SELECT DISTINCT shop_id FROM ${name}`)).map(
        ({ shop_id }) => shop_id,
      );
    return seen;
  };
  const tables = [
    "customer",
    "customer_address",
    "shop_order",
    "line_item",
    "refund",
    "product",
    "answer",
    "plugin_record",
    "customer_metafield",
    "order_metafield",
    "product_metafield",
    "order_discount",
    "activity",
  ];
  /** Tables that the views of order_discount and activity read, too. */
  const further = ["discount_code", "discount_title", "offer_version", "identifier"];

  it("show one shop's rows, with row-level security forced on the owner and without", async () => {
    for (const shop of shops) {
      await asShop(shop, "INSERT INTO customer_address (shop_id, customer_id, id) VALUES ($1, '1', '1')", [shop]);
      await asShop(
        shop,
        `INSERT INTO shop_order (shop_id, id, currency, presentment_currency, ordered_at) VALUES ($1, '1', 'GBP', 'GBP', now())`,
        [shop],
      );
      await asShop(
        shop,
        "INSERT INTO line_item (shop_id, order_id, id, quantity, ordered_at) VALUES ($1, '1', '1', 1, now())",
        [shop],
      );
      await asShop(shop, "INSERT INTO refund (shop_id, order_id, id, at) VALUES ($1, '1', '1', now())", [shop]);
      await asShop(
        shop,
        "INSERT INTO order_discount (shop_id, order_id, kind, name, ordered_at) VALUES ($1, '1', 'code', 'TEA', now())",
        [shop],
      );
      await asShop(
        shop,
        "INSERT INTO discount_code (shop_id, offer_id, code, from_at) VALUES ($1, '1', 'TEA', now() - interval '1 day')",
        [shop],
      );
      await asShop(
        shop,
        "INSERT INTO activity (shop_id, id, at, kind, anonymous_id, subject) VALUES ($1, '1', now(), 'offer.seen', 'client:browser', '1')",
        [shop],
      );
      await asShop(
        shop,
        "INSERT INTO identifier (shop_id, kind, value, account, customer_id) VALUES ($1, 'client', 'browser', $1, $1)",
        [shop],
      );
      await asShop(shop, "INSERT INTO product (shop_id, id) VALUES ($1, '1')", [shop]);
      await asShop(
        shop,
        "INSERT INTO survey_response (shop_id, id, survey_id, version, surface, started_at) VALUES ($1, '1', 's', 1, 'storefront', now())",
        [shop],
      );
      await asShop(
        shop,
        "INSERT INTO answer (shop_id, response_id, question, position, survey, value_text, at) VALUES ($1, '1', 'q', 1, 's', 'a', now())",
        [shop],
      );
      await asShop(
        shop,
        "INSERT INTO plugin_record (shop_id, plugin, kind, key, updated_at) VALUES ($1, 'p', 'k', '1', now())",
        [shop],
      );
    }
    for (const shop of shops)
      for (const owner of ["customer", "order", "product"])
        await asShop(
          shop,
          `INSERT INTO ${owner}_metafield (shop_id, ${owner}_id, namespace, key, type, value, updated_at) VALUES ($1, '1', 'n', 'k', 'date', '2026-01-01', now())`,
          [shop],
        );
    for (const force of ["FORCE", "NO FORCE"]) {
      for (const table of [...tables, ...further])
        await owner.query(`ALTER TABLE ${table} ${force} ROW LEVEL SECURITY`);
      for (const shop of shops) {
        const seen = await readAll(shop);
        expect(Object.keys(seen).length).toBe(tables.length);
        for (const [view, found] of Object.entries(seen)) expect(found, `${view}, ${force}`).toEqual([shop]);
      }
      for (const found of Object.values(await readAll(null))) expect(found).toEqual([]);
    }
    for (const table of [...tables, ...further]) await owner.query(`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`);
  });

  it("accept no writes", async () => {
    for (const sql of [
      "INSERT INTO api.customers (shop_id, id) VALUES ('a.myshopify.com', '9')",
      "UPDATE api.records SET data = '{}'",
      "DELETE FROM api.orders",
      "CREATE OR REPLACE VIEW api.customers AS SELECT 1",
      "ALTER VIEW api.customers SET (security_invoker = false)",
    ])
      await expect(asShop(shops[0], sql), sql).rejects.toThrow(/permission denied|must be owner/);
    await expect(door.query("SELECT 1 FROM api.customers")).rejects.toThrow(/permission denied/);
  });
});

describe("the door", () => {
  it("inserts webhooks of several shops in one statement, and skips duplicates", async () => {
    const several = `INSERT INTO inbox (shop_id, topic, key, body)
      SELECT unnest($1::text[]), 'orders/create', unnest($2::text[]), '' ON CONFLICT DO NOTHING`;
    const { rowCount } = await door.query(several, [
      [...shops, shops[0]],
      ["x", "z", "z"],
    ]);
    expect(rowCount).toBe(2);
    await door.query("INSERT INTO shop_mark (shop_id) VALUES ($1)", [shops[0]]);
  });

  it("can do nothing else", async () => {
    for (const sql of [
      "SELECT body FROM inbox",
      "SELECT count(*) FROM inbox",
      "DELETE FROM inbox",
      "UPDATE inbox SET state = 'applied'",
      `${insertInbox.replace("$1", "'a.myshopify.com'")} RETURNING body`,
      "SELECT 1 FROM customer",
      "SELECT 1 FROM shop",
      "SELECT shop_id FROM shop_mark",
      "INSERT INTO customer (shop_id, id) VALUES ('a.myshopify.com', '3')",
      "SELECT 1 FROM pgboss.job",
    ]) {
      await expect(door.query(sql), sql).rejects.toThrow(/permission denied/);
    }
  });
});
