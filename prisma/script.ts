/** The lock that each migration's script holds until its transaction ends, even if the process that sent it was killed. */
export const SCRIPT = "hashtext('regulars_script')";

/**
 * Wraps a migration's script so that the script's own transaction sets finished_at of the migration's row. The engine sets it after
 * the transaction, and may be killed in between: the row would then say that the migration is unfinished.
 */
export const noteFinished = (script: string): string => `SELECT pg_advisory_xact_lock(${SCRIPT});
${script}
;DO $finish$ BEGIN
  IF to_regclass('_prisma_migrations') IS NOT NULL THEN
    UPDATE _prisma_migrations SET finished_at = now() WHERE finished_at IS NULL AND rolled_back_at IS NULL;
  END IF;
END $finish$`;
