// Before the first webhook is acknowledged: the server must keep what it commits.
import pg from "pg";

const OLDEST = 15;
const PATIENCE_MS = 10_000;

/** Throws with a sentence per fault. Each role by itself: a role can have settings of its own. */
export async function assertSafeDatabase(urls: readonly string[]): Promise<void> {
  for (const url of urls) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: PATIENCE_MS });
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
  if (server.version < OLDEST) {
    faults.push(`- It is version ${server.version}. Use PostgreSQL ${OLDEST} or newer.`);
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
