import fs from "node:fs";
import path from "node:path";
import { alone, takeBackCutOff } from "./cut-off.ts";
import { makeQueue, makeRoles } from "./roles.ts";
import { type MigrationFiles, productFiles, runOn, withEngine } from "./schema-engine.ts";
import { APP_ROLE, connectionUrls, type ConnectionUrls } from "./urls.ts";

export const noFilters = { externalTables: [], externalEnums: [] };

/**
 * Roles, migrations, queue: everything a database needs before the app starts. May be called again at any time, and by
 * several at once: a migration that was cut off by a kill is told and run again. Returns the names of the migrations that
 * were applied.
 */
export async function deployMigrations(
  ownerUrl: string,
  { urls = connectionUrls({ DATABASE_URL: ownerUrl }), files = productFiles, say = tell }: DeployOptions = {},
): Promise<string[]> {
  return alone(ownerUrl, async () => {
    await makeRoles(urls);
    const { appliedMigrationNames } = await withEngine(ownerUrl, files, async (engine) => {
      for (const name of await takeBackCutOff(ownerUrl, engine))
        say(`migration ${name} was cut off before it was done, and is run again`);
      return engine.applyMigrations({ migrationsList: listMigrations(files), filters: noFilters });
    });
    await makeQueue(ownerUrl);
    // So that /readyz can tell whether the migrations are there.
    await runOn(ownerUrl, `GRANT SELECT ON _prisma_migrations TO ${APP_ROLE}`);
    return appliedMigrationNames;
  });
}

const tell = (line: string) => process.stderr.write(`${line}\n`);

export interface DeployOptions {
  urls?: ConnectionUrls;
  files?: MigrationFiles;
  say?: (line: string) => unknown;
}

/** The folder in the engine's form. */
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
