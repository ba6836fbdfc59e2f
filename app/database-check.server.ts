// Checks the database server at the start: a server that may lose commits would lose acknowledged webhooks.
import pg from "pg";

const OLDEST_VERSION = 15;
const TIMEOUT_MS = 10_000;

/** Throws one error with a sentence for each fault. `urls`: one for each role, since a role can have its own settings. */
export async function assertSafeDatabase(urls: readonly string[]): Promise<void> {
  for (const url of urls) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: TIMEOUT_MS });
    client.on("error", () => undefined);
    await client.connect();
    await assertSafeServer(client).finally(() => client.end());
  }
}

export async function assertSafeServer(client: Pick<pg.Client, "query">): Promise<void> {
  const { rows } = await client.query<{ version: number; fsync: string; synchronous_commit: string }>(
    `SELECT current_setting('server_version_num')::int / 10000 AS version,
            current_setting('fsync') AS fsync,
            current_setting('synchronous_commit') AS synchronous_commit`,
  );
  const faults = rows.flatMap((row) => serverFaults(row));
  if (faults.length > 0) throw new Error(`This PostgreSQL server cannot be used:\n${faults.join("\n")}`);
}

export function serverFaults(server: { version: number; fsync: string; synchronous_commit: string }): string[] {
  const faults: string[] = [];
  if (server.version < OLDEST_VERSION) {
    faults.push(`- It is version ${server.version}. Use PostgreSQL ${OLDEST_VERSION} or newer.`);
  }
  if (server.fsync === "off") {
    faults.push(
      "- fsync is off: a power cut would lose webhooks that were acknowledged, and Shopify does not send them again. Set fsync = on in postgresql.conf and restart the server.",
    );
  }
  if (server.synchronous_commit === "off") {
    faults.push(
      "- synchronous_commit is off: a crash would lose webhooks that were acknowledged, and Shopify does not send them again. Set it to on for the server, the database and the roles (ALTER ROLE … RESET synchronous_commit).",
    );
  }
  return faults;
}
