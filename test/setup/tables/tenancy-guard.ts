// Checks what Prisma's schema check does not see: row-level security, and the rules that let the schema be sharded by shop.
import { runOn } from "../../../prisma/schema-engine.ts";
import { APP_ROLE, DOOR_ROLE } from "../../../prisma/urls.ts";

/** Tables that no shop owns: the directory `shop`, the shops with work in `shop_mark`, and the next tick of each shop in `clock`. */
const DIRECTORY = "shop";
const MARKS = "shop_mark";
const CLOCK = "clock";
const HISTORY = "_prisma_migrations";
/** The tables into which the door inserts: webhooks, and the packs of webhooks' bodies. */
const INBOX = ["inbox", "inbox_pack"];

interface Table {
  name: string;
  columns: string[];
  guarded: boolean;
  /** The command and the expressions of each policy, except the door's own policies. */
  policies: string[];
  /** The commands of the door's own policies. */
  doors: string[];
}

/** Returns one sentence per fault of a migrated database. */
export async function tenancyFaults(ownerUrl: string): Promise<string[]> {
  const tables = await runOn<Table>(
    ownerUrl,
    `SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS guarded,
            array(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS columns,
            array(SELECT polcmd::text || ' ' || coalesce(pg_get_expr(polqual, polrelid), '') || ' '
                         || coalesce(pg_get_expr(polwithcheck, polrelid), '')
                  FROM pg_policy WHERE polrelid = c.oid AND polroles <> ARRAY[$1::regrole::oid]) AS policies,
            array(SELECT polcmd::text FROM pg_policy WHERE polrelid = c.oid AND polroles = ARRAY[$1::regrole::oid]) AS doors
     FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1`,
    [DOOR_ROLE],
  );
  const tenants = tables.filter(({ name }) => ![DIRECTORY, MARKS, CLOCK, HISTORY].includes(name));
  return [
    ...tenants.flatMap((table) => tableFaults(table)),
    ...tables.filter(({ name, guarded }) => name === DIRECTORY && !guarded).map(({ name }) => unguarded(name)),
    ...(await keyFaults(ownerUrl)),
    ...(await foreignKeyFaults(ownerUrl)),
    ...(await triggerFaults(ownerUrl)),
    ...(await viewFaults(ownerUrl)),
    ...(await roleFaults(ownerUrl)),
  ];
}

const unguarded = (name: string) =>
  `Table ${name}: row-level security is not enabled and forced. Add ALTER TABLE … ENABLE and FORCE ROW LEVEL SECURITY to its migration.`;

const HELD = "(shop_id = NULLIF(current_setting('app.shop'::text, true), ''::text))";

function tableFaults({ name, columns, guarded, policies, doors }: Table): string[] {
  if (!columns.includes("shop_id")) return [`Table ${name} has no shop_id: every row belongs to a shop.`];
  const faults = guarded ? [] : [unguarded(name)];
  // A row is visible if any policy allows it, so a second policy may open what the first policy closes.
  if (policies.length !== 1 || policies[0] !== `* ${HELD} ${HELD}`) {
    faults.push(
      `Table ${name} has not the one policy that holds reading and writing to app.shop. Copy it from the tenancy migration.`,
    );
  }
  if (doors.some((command) => !INBOX.includes(name) || command !== "a")) {
    faults.push(`Table ${name} has a policy for ${DOOR_ROLE}: the door inserts into the inbox and does nothing else.`);
  }
  return faults;
}

async function keyFaults(ownerUrl: string): Promise<string[]> {
  const rows = await runOn<{ table: string; index: string }>(
    ownerUrl,
    `SELECT t.relname AS table, c.relname AS index
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
     LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
     WHERE t.relnamespace = 'public'::regnamespace AND i.indisunique
       AND t.relname <> ALL ($1) AND a.attname IS DISTINCT FROM 'shop_id'`,
    [[DIRECTORY, MARKS, HISTORY]],
  );
  return rows.map(
    ({ table, index }) => `Index ${index} on ${table}: a key begins with shop_id, or it can't be sharded.`,
  );
}

async function foreignKeyFaults(ownerUrl: string): Promise<string[]> {
  const rows = await runOn<{ name: string }>(
    ownerUrl,
    `SELECT k.conname AS name FROM pg_constraint k
     JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
     WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace AND a.attname <> 'shop_id'`,
  );
  return rows.map(({ name }) => `Foreign key ${name}: it begins with shop_id, or it can't be sharded.`);
}

async function triggerFaults(ownerUrl: string): Promise<string[]> {
  const rows = await runOn<{ name: string; table: string }>(
    ownerUrl,
    `SELECT g.tgname AS name, g.tgrelid::regclass::text AS table FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
     WHERE NOT g.tgisinternal AND c.relnamespace = 'public'::regnamespace`,
  );
  return rows.map(
    ({ name, table }) => `Trigger ${name} on ${table}: a sharded table refuses triggers. Let the app write it.`,
  );
}

/** Without security_invoker a view reads as its owner, whom row-level security does not hold unless it is forced. */
async function viewFaults(ownerUrl: string): Promise<string[]> {
  const rows = await runOn<{ name: string; kind: string; invoker: boolean; shop: boolean }>(
    ownerUrl,
    `SELECT c.oid::regclass::text AS name, c.relkind::text AS kind,
            coalesce('security_invoker=true' = ANY (c.reloptions), false) AS invoker,
            EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'shop_id') AS shop
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pgboss')`,
  );
  return rows.flatMap(({ name, kind, invoker, shop }) => [
    ...(kind === "m" ? [`View ${name} is materialized: it holds rows of all shops. Make it a view.`] : []),
    ...(kind === "v" && !invoker ? [`View ${name} reads as its owner. Add WITH (security_invoker = true).`] : []),
    ...(shop ? [] : [`View ${name} has no shop_id: every row belongs to a shop.`]),
  ]);
}

async function roleFaults(ownerUrl: string): Promise<string[]> {
  const strong = await runOn<{ name: string }>(
    ownerUrl,
    "SELECT rolname AS name FROM pg_roles WHERE rolname = ANY ($1) AND (rolsuper OR rolbypassrls OR rolcreaterole)",
    [[APP_ROLE, DOOR_ROLE]],
  );
  const grants = await runOn<{ role: string; privilege: string; table: string }>(
    ownerUrl,
    `SELECT grantee AS role, privilege_type AS privilege, table_name AS table
     FROM information_schema.role_table_grants WHERE table_schema = 'public' AND grantee = ANY ($1)
       AND (privilege_type IN ('TRUNCATE', 'REFERENCES', 'TRIGGER')
            OR grantee = $2 AND NOT (privilege_type = 'INSERT' AND table_name = ANY ($3)))`,
    [[APP_ROLE, DOOR_ROLE], DOOR_ROLE, [...INBOX, MARKS]],
  );
  return [
    ...strong.map(({ name }) => `Role ${name} may pass row-level security or make roles. Take that right from it.`),
    ...grants.map(({ role, privilege, table }) => `Role ${role} has ${privilege} on ${table}: revoke it.`),
  ];
}
