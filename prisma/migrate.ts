// npm run migrate -- deploy            roles, migrations that are missing, queue
//                    status            the folder's history against the database's
//                    check             exit 0: the migrations build schema.prisma; exit 2: they don't
//                    diff              SQL from the migrations to schema.prisma
//                    new NAME          writes that SQL as a new migration
//                    rolled-back NAME  after a failed migration was mended: lets deploy try it again
// check, diff and new see tables, columns, indexes and keys, not policies, roles, grants or functions.
import fs from "node:fs";
import path from "node:path";
import { bootFault } from "../app/boot-fault.ts";
import { openDatabase } from "./database.ts";
import { deployMigrations, listMigrations, noFilters } from "./deploy.ts";
import { type Engine, type MigrationFiles, productFiles, withEngine } from "./schema-engine.ts";
import type { ConnectionUrls } from "./urls.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Compares what the migrations build with schema.prisma. Exit code 2: they differ. */
export function compareWithSchema(engine: Engine, files: MigrationFiles, script: boolean) {
  const content = fs.readFileSync(files.schema, "utf8");
  return engine.diff({
    from: { tag: "migrations", ...listMigrations(files) },
    to: { tag: "schemaDatamodel", files: [{ path: files.schema, content }] },
    script,
    exitCode: true,
    filters: noFilters,
  });
}

type Command = (urls: ConnectionUrls, name?: string) => Promise<number>;

const commands: Record<string, Command> = {
  async deploy(urls) {
    const applied = await deployMigrations(urls.owner, { urls });
    say(applied.length > 0 ? `applied ${applied.join(", ")}` : "nothing to apply");
    return 0;
  },
  status: ({ owner }) =>
    withEngine(owner, productFiles, async (engine) => {
      const migrationsList = listMigrations(productFiles);
      const history = await engine.diagnoseMigrationHistory({
        migrationsList,
        optInToShadowDatabase: false,
        filters: noFilters,
      });
      say(JSON.stringify(history, null, 2));
      const faults = history.editedMigrationNames.length + history.failedMigrationNames.length;
      return history.history || faults > 0 ? 2 : 0;
    }),
  check: ({ owner }) =>
    withEngine(owner, productFiles, async (engine) => {
      const { exitCode, stdout } = await compareWithSchema(engine, productFiles, false);
      say(
        exitCode === 0
          ? "the migrations build schema.prisma"
          : `${stdout?.trim()}\nWrite it with: npm run migrate -- new NAME`,
      );
      return exitCode;
    }),
  diff: ({ owner }) =>
    withEngine(owner, productFiles, async (engine) => {
      say((await compareWithSchema(engine, productFiles, true)).stdout?.trim() ?? "");
      return 0;
    }),
  new: ({ owner }, name) =>
    withEngine(owner, productFiles, async (engine) => {
      if (!name || !/^[a-z0-9_-]+$/.test(name))
        throw new Error("A name is needed: npm run migrate -- new add-something");
      const { exitCode, stdout } = await compareWithSchema(engine, productFiles, true);
      if (exitCode === 0) say("nothing to write");
      else say(`wrote ${writeMigration(name, stdout ?? "")}`);
      return 0;
    }),
  "rolled-back": ({ owner }, name) =>
    withEngine(owner, productFiles, async (engine) => {
      if (!name)
        throw new Error("The failed migration's name is needed: npm run migrate -- rolled-back 20260101000000_name");
      await engine.markMigrationRolledBack({ migrationName: name });
      say(`${name} may be deployed again`);
      return 0;
    }),
};

function writeMigration(name: string, sql: string): string {
  const stamp = new Date().toISOString().replaceAll(/\D/g, "").slice(0, 14);
  const folder = path.join(productFiles.migrations, `${stamp}_${name}`);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "migration.sql"), sql);
  return path.relative(process.cwd(), folder);
}

async function main(): Promise<number> {
  const [name = "", argument] = process.argv.slice(2);
  const command = commands[name];
  if (!command) {
    process.stderr.write(`usage: npm run migrate -- ${Object.keys(commands).join("|")}\n`);
    return 64;
  }
  const database = await openDatabase();
  try {
    return await command(database.urls, argument);
  } finally {
    await database.stop();
  }
}

if (import.meta.main) {
  process.exitCode = await main().catch((error: unknown) => {
    process.stderr.write(`${bootFault(error)}\n`);
    return 1;
  });
}
