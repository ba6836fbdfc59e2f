import fs from "node:fs";
import path from "node:path";
import { exclusively, rollBackCutOff } from "./cut-off.ts";
import { makeQueue, makeRoles } from "./roles.ts";
import { type MigrationFiles, productFiles, runOn, withEngine } from "./schema-engine.ts";
import { APP_ROLE, connectionUrls, type ConnectionUrls } from "./urls.ts";

export const noFilters = { externalTables: [], externalEnums: [] };

/**
 * Makes what the app needs in a database: roles, migrations and queue. Safe to repeat, and safe in several processes at once. A
 * migration that a kill cut off is reported by `say` and run again. Returns the names of the applied migrations.
 */
export async function deployMigrations(
  ownerUrl: string,
  { urls = connectionUrls({ DATABASE_URL: ownerUrl }), files = productFiles, say = print }: DeployOptions = {},
): Promise<string[]> {
  return exclusively(ownerUrl, async () => {
    await makeRoles(urls);
    const { appliedMigrationNames } = await withEngine(ownerUrl, files, async (engine) => {
      for (const name of await rollBackCutOff(ownerUrl, engine))
        say(`migration ${name} was cut off before it was done, and is run again`);
      return engine.applyMigrations({ migrationsList: listMigrations(files), filters: noFilters });
    });
    await makeMonths(ownerUrl);
    await makeQueue(ownerUrl);
    // /readyz reads whether all migrations are applied.
    await runOn(ownerUrl, `GRANT SELECT ON _prisma_migrations TO ${APP_ROLE}`);
    return appliedMigrationNames;
  });
}

/** Makes the partitions of the table activity. The worker makes the later ones. */
async function makeMonths(ownerUrl: string): Promise<void> {
  const [row] = await runOn<{ is: boolean }>(ownerUrl, "SELECT to_regproc('keep_activity') IS NOT NULL AS is");
  if (row?.is) await runOn(ownerUrl, "SELECT keep_activity()");
}

const print = (line: string) => process.stderr.write(`${line}\n`);

export interface DeployOptions {
  urls?: ConnectionUrls;
  files?: MigrationFiles;
  say?: (line: string) => unknown;
}

/** The folder of migrations, as the schema engine takes it. */
export function listMigrations({ migrations }: MigrationFiles) {
  const entries = fs.existsSync(migrations) ? fs.readdirSync(migrations, { withFileTypes: true }) : [];
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const lock = path.join(migrations, "migration_lock.toml");
  return {
    baseDir: migrations,
    lockfile: { path: "migration_lock.toml", content: fs.existsSync(lock) ? fs.readFileSync(lock, "utf8") : null },
    shadowDbInitScript: "",
    migrationDirectories: names.sort().map((name) => ({
      path: name,
      migrationFile: {
        path: "migration.sql",
        content: { tag: "ok" as const, value: fs.readFileSync(path.join(migrations, name, "migration.sql"), "utf8") },
      },
    })),
  };
}
