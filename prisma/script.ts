/** The lock that each migration's script holds until its transaction ends, even if the process that sent it was killed. */
export const SCRIPT = "hashtext('regulars_script')";

/** A statement that reads or writes rows. */
const MOVES_ROWS = /^\s*(?:INSERT|UPDATE|DELETE|MERGE|WITH)\b/im;

const FORCE = /^[ \t]*ALTER TABLE "?\w+"? FORCE ROW LEVEL SECURITY;/gim;

/**
 * Row-level security that is forced holds the owner of the tables too: the owner would move no row and see no error. A superuser is
 * not held. So the tables that the script names are held again only after its last statement.
 */
function movingRows(script: string): string {
  if (!MOVES_ROWS.test(script)) return script;
  const names = [...new Set(script.match(/\w+/g))].map((name) => `'${name}'`).join(", ");
  const alter = (setting: "FORCE" | "NO FORCE") => `DO $force$ DECLARE named regclass; BEGIN
  FOR named IN SELECT c.oid FROM pg_class c JOIN pg_roles r ON r.rolname = current_user
    WHERE c.relnamespace = 'public'::regnamespace AND c.relrowsecurity AND c.relname IN (${names})
      AND c.relforcerowsecurity = ${setting === "NO FORCE"} AND (${setting === "FORCE"} OR NOT r.rolsuper AND NOT r.rolbypassrls)
  LOOP EXECUTE format('ALTER TABLE %s ${setting} ROW LEVEL SECURITY', named); END LOOP;
END $force$;`;
  return `${alter("NO FORCE")}\n${script.replaceAll(FORCE, "")}\n;${alter("FORCE")}`;
}

/**
 * Wraps a migration's script so that the script's own transaction sets finished_at of the migration's row. The engine sets it after
 * the transaction, and may be killed in between: the row would then say that the migration is unfinished.
 */
export const wholeScript = (script: string): string => `SELECT pg_advisory_xact_lock(${SCRIPT});
${movingRows(script)}
;DO $finish$ BEGIN
  IF to_regclass('_prisma_migrations') IS NOT NULL THEN
    UPDATE _prisma_migrations SET finished_at = now() WHERE finished_at IS NULL AND rolled_back_at IS NULL;
  END IF;
END $finish$`;
