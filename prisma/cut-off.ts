// A deploy that was killed midway: the next one finds out what it left, and goes on.
import pg from "pg";
import { runOn, type Engine } from "./schema-engine.ts";
import { SCRIPT } from "./script.ts";

const DEPLOY = "hashtext('regulars_deploy')";

/**
 * One deploy at a time. A killed one holds its lock no longer; a script that it sent may still run in the database, and is
 * waited for.
 */
export async function alone<T>(ownerUrl: string, work: () => Promise<T>): Promise<T> {
  const lock = new pg.Client({ connectionString: ownerUrl });
  // A lost connection loses the lock. What the deploy does is safe to repeat.
  lock.on("error", () => undefined);
  await lock.connect();
  try {
    // A transaction's, so that a pooler in between may share sessions.
    await lock.query(`BEGIN; SELECT pg_advisory_xact_lock(${DEPLOY})`);
    await runOn(ownerUrl, `SELECT pg_advisory_xact_lock(${SCRIPT})`);
    return await work();
  } finally {
    await lock.end();
  }
}

/** Migrations that were cut off before their script was in the database: taken back, so that they run again. Their names. */
export async function takeBackCutOff(
  ownerUrl: string,
  engine: Pick<Engine, "markMigrationRolledBack">,
): Promise<string[]> {
  const [history] = await runOn<{ there: boolean }>(
    ownerUrl,
    "SELECT to_regclass('_prisma_migrations') IS NOT NULL AS there",
  );
  if (!history?.there) return [];
  // One that failed by itself has the reason in its logs: that has to be mended first.
  const rows = await runOn<{ name: string }>(
    ownerUrl,
    `SELECT DISTINCT migration_name AS name FROM _prisma_migrations
     WHERE finished_at IS NULL AND rolled_back_at IS NULL AND coalesce(logs, '') = '' ORDER BY 1`,
  );
  for (const { name } of rows) await engine.markMigrationRolledBack({ migrationName: name });
  return rows.map(({ name }) => name);
}
