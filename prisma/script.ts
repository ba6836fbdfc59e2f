/** The lock that each script of a migration holds until its transaction ends, also when the process that sent it is gone. */
export const SCRIPT = "hashtext('regulars_script')";

/**
 * A migration's script, made so that its row in the history says truly whether it is in the database: the row is finished in
 * the script's own transaction. The engine finishes it a moment later, and may be killed before.
 */
export const selfNoting = (script: string): string => `SELECT pg_advisory_xact_lock(${SCRIPT});
${script}
;DO $finish$ BEGIN
  IF to_regclass('_prisma_migrations') IS NOT NULL THEN
    UPDATE _prisma_migrations SET finished_at = now() WHERE finished_at IS NULL AND rolled_back_at IS NULL;
  END IF;
END $finish$`;
