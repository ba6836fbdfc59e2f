// Makes the database roles of the app and the door, and the queue's tables with the app's rights on them.
import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import pg from "pg";
import { PgBoss } from "pg-boss";
import { runOn } from "./schema-engine.ts";
import { APP_ROLE, type ConnectionUrls, DOOR_ROLE } from "./urls.ts";

const QUEUE_SCHEMA = "pgboss";

/** The owner may not create roles. The message has the SQL that an administrator must run. */
export class MissingRights extends Error {
  constructor(sql: string[]) {
    super(
      `The owner in DATABASE_URL may not create roles. Let an administrator of the server run this, then deploy again:\n\n${sql.join("\n")}\n`,
    );
  }
}

/** Call before the migrations, which grant rights to these roles by name. */
export async function makeRoles({ owner, app, door }: ConnectionUrls) {
  const refused: string[] = [];
  for (const [group, url] of [
    [APP_ROLE, app],
    [DOOR_ROLE, door],
  ] as const) {
    const statements = await missingStatements(owner, group, url);
    while (statements[0] && (await isAllowed(owner, statements[0]))) statements.shift();
    refused.push(...statements);
  }
  if (refused.length > 0) throw new MissingRights(refused);
}

const OPTIONS = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS";

/** If the URL's user has another name, that role becomes a member of `group`: grants and policies name `group`. */
async function missingStatements(owner: string, group: string, url: string): Promise<string[]> {
  const { username, password } = new URL(url);
  const name = decodeURIComponent(username) || group;
  const secret = password ? ` PASSWORD '${scramVerifier(decodeURIComponent(password))}'` : "";
  const found = await runOn<{ rolname: string }>(owner, "SELECT rolname FROM pg_roles WHERE rolname = ANY ($1)", [
    [group, name],
  ]);
  const exists = (role: string) => found.some(({ rolname }) => rolname === role);
  const statements: string[] = [];
  if (name !== group && !exists(group)) statements.push(`CREATE ROLE ${group} ${OPTIONS};`);
  if (!exists(name)) statements.push(`CREATE ROLE ${pg.escapeIdentifier(name)} ${OPTIONS}${secret};`);
  else if (!(await connects(url))) statements.push(`ALTER ROLE ${pg.escapeIdentifier(name)} LOGIN${secret};`);
  if (name !== group && !(exists(group) && (await isMember(owner, name, group)))) {
    statements.push(`GRANT ${group} TO ${pg.escapeIdentifier(name)};`);
  }
  return statements;
}

async function isMember(owner: string, name: string, group: string): Promise<boolean> {
  const sql =
    "SELECT pg_has_role($1::name, $2::name, 'USAGE') AS is WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = $1)";
  const [row] = await runOn<{ is: boolean }>(owner, sql, [name, group]);
  return row?.is === true;
}

async function connects(url: string): Promise<boolean> {
  const UNDEFINED_DATABASE = "3D000";
  try {
    await runOn(url, "SELECT 1");
    return true;
  } catch (error) {
    return (error as { code?: string }).code === UNDEFINED_DATABASE;
  }
}

async function isAllowed(owner: string, sql: string): Promise<boolean> {
  const INSUFFICIENT_PRIVILEGE = "42501";
  const ALREADY_THERE = ["42710", "23505", "XX000"];
  try {
    await runOn(owner, sql);
    return true;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === INSUFFICIENT_PRIVILEGE) return false;
    // Another deploy made the role at the same time.
    if (code && ALREADY_THERE.includes(code)) return true;
    throw error;
  }
}

/** The SCRAM verifier that PostgreSQL stores (RFC 5803): with it, the password itself is in no statement and no server log. */
function scramVerifier(password: string): string {
  const ROUNDS = 4096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password.normalize("NFKC"), salt, ROUNDS, 32, "sha256");
  const keyed = (text: string) => createHmac("sha256", salted).update(text).digest();
  const stored = createHash("sha256").update(keyed("Client Key")).digest("base64");
  return `SCRAM-SHA-256$${ROUNDS}:${salt.toString("base64")}$${stored}:${keyed("Server Key").toString("base64")}`;
}

/** Makes and updates the queue's tables as the owner, so that the app's role needs no right to create tables. */
export async function makeQueue(owner: string) {
  const boss = new PgBoss({
    connectionString: owner,
    schema: QUEUE_SCHEMA,
    application_name: "regulars-migrate",
    max: 2,
    supervise: false,
    schedule: false,
  });
  boss.on("error", () => undefined);
  await boss.start();
  await boss.stop({ graceful: false });
  await runOn(
    owner,
    `GRANT USAGE ON SCHEMA ${QUEUE_SCHEMA} TO ${APP_ROLE};
     GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${QUEUE_SCHEMA} TO ${APP_ROLE};
     GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${QUEUE_SCHEMA} TO ${APP_ROLE};
     GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${QUEUE_SCHEMA} TO ${APP_ROLE};`,
  );
}
