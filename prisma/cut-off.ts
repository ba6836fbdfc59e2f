// Recovers from a deploy that was killed: the next deploy finds the migrations that were cut off and runs them again.
import pg from "pg";
import { runOn, type Engine } from "./schema-engine.ts";
import { SCRIPT } from "./script.ts";

const DEPLOY = "hashtext('regulars_deploy')";

/**
 * Runs `work` while no other deploy runs. A deploy that was killed has released its lock, but its last script may still run in the
 * database: this waits for that script.
 */
export async function exclusively<T>(ownerUrl: string, work: () => Promise<T>): Promise<T> {
  const lock = new pg.Client({ connectionString: ownerUrl });
  // A lost connection loses the lock, and another deploy may begin. All steps of a deploy are safe to repeat.
  lock.on("error", () => undefined);
  await lock.connect();
  try {
    // The lock belongs to a transaction, because a pooler may share sessions.
    await lock.query(`BEGIN; SELECT pg_advisory_xact_lock(${DEPLOY})`);
    await runOn(ownerUrl, `SELECT pg_advisory_xact_lock(${SCRIPT})`);
    return await work();
  } finally {
    await lock.end();
  }
}

/** Marks migrations that were cut off before their script committed as rolled back, so that they run again. Returns their names. */
export async function rollBackCutOff(
  ownerUrl: string,
  engine: Pick<Engine, "markMigrationRolledBack">,
): Promise<string[]> {
  const [history] = await runOn<{ there: boolean }>(
    ownerUrl,
    "SELECT to_regclass('_prisma_migrations') IS NOT NULL AS there",
  );
  if (!history?.there) return [];
  // A migration that failed has its error in `logs`: an operator must mend it first.
  const rows = await runOn<{ name: string }>(
    ownerUrl,
    `SELECT DISTINCT migration_name AS name FROM _prisma_migrations
     WHERE finished_at IS NULL AND rolled_back_at IS NULL AND coalesce(logs, '') = '' ORDER BY 1`,
  );
  for (const { name } of rows) await engine.markMigrationRolledBack({ migrationName: name });
  return rows.map(({ name }) => name);
}
