// Kills a deploy at every point. The next deploy names the migration that was cut off, and completes it.
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { deployMigrations } from "../../../prisma/deploy.ts";
import { atDatabase, type MigrationFiles, runOn } from "../../../prisma/schema-engine.ts";

const server = process.env["TEST_SERVER_URL"] ?? "";
const root = path.resolve(import.meta.dirname, "../../..");
const SLOW = "20260102000000_slow";
let files: MigrationFiles;

beforeAll(() => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "regulars-cut-off-"));
  files = { schema: path.join(folder, "schema.prisma"), migrations: path.join(folder, "migrations") };
  const datasource = 'datasource db {\n  provider = "postgresql"\n}\n';
  fs.mkdirSync(files.migrations);
  fs.writeFileSync(files.schema, datasource);
  fs.writeFileSync(path.join(files.migrations, "migration_lock.toml"), 'provider = "postgresql"\n');
  const add = (name: string, sql: string) => {
    fs.mkdirSync(path.join(files.migrations, name));
    fs.writeFileSync(path.join(files.migrations, name, "migration.sql"), sql);
  };
  add("20260101000000_first", "CREATE TABLE first (n int);");
  // The database continues with the statement for a while after the client is gone.
  add(SLOW, "CREATE TABLE slow (n int); INSERT INTO slow VALUES (1); SELECT pg_sleep(0.6); -- the end");
  add("20260103000000_last", "ALTER TABLE slow ADD COLUMN m int;");
});
afterAll(() => fs.rmSync(path.dirname(files.schema), { recursive: true }));

it("of two deploys at once, one deploys and the other waits and finds nothing to do", async () => {
  const name = `regulars_test_${Date.now().toString(36)}_twice`;
  await runOn(server, `CREATE DATABASE "${name}"`);
  const url = atDatabase(server, name);
  const said: string[] = [];
  const deploy = () => deployMigrations(url, { files, say: (line) => said.push(line) });
  const applied = await Promise.all([deploy(), deploy()]);
  expect(applied.map(({ length }) => length).sort()).toEqual([0, 3]);
  expect(said).toEqual([]);
  await runOn(server, `DROP DATABASE "${name}" WITH (FORCE)`);
});

async function die(url: string, ...at: string[]): Promise<void> {
  const script = path.join(import.meta.dirname, "deploy-and-die.ts");
  const child = spawn(process.execPath, [script, url, path.dirname(files.schema), ...at], {
    cwd: root,
    stdio: "inherit",
  });
  const signal = await new Promise((resolve) => child.on("close", (_code, by) => resolve(by)));
  expect(signal, "the deploy was killed").toBe("SIGKILL");
}

it.each<[point: string, text: string, occurrence: string, when: string, named: string[]]>([
  ["before the roles are looked at", "FROM pg_roles", "1", "before", []],
  ["while the history is made", "CREATE TABLE _prisma_migrations", "1", "after", []],
  ["before the first migration is noted", "INSERT INTO", "1", "before", []],
  ["when a migration is noted and not begun", "pg_sleep", "1", "before", [SLOW]],
  ["while a migration runs", "pg_sleep", "1", "during", []],
  ["when a migration is in the database and not yet called finished", "pg_sleep", "1", "after", []],
  ["before the last migration", "ADD COLUMN m", "1", "before", ["20260103000000_last"]],
  ["when the last migration is in the database", "ADD COLUMN m", "1", "after", []],
  ["before the queue is made", "CREATE SCHEMA IF NOT EXISTS pgboss", "1", "before", []],
  ["while the queue is made", "CREATE SCHEMA IF NOT EXISTS pgboss", "1", "during", []],
  ["before the app may read the history", "GRANT SELECT ON _prisma_migrations", "1", "before", []],
])(
  "killed %s",
  async (_point, text, occurrence, when, named) => {
    const name = `regulars_test_${Date.now().toString(36)}_cut_off`;
    await runOn(server, `CREATE DATABASE "${name}"`);
    const url = atDatabase(server, name);
    try {
      await die(url, text, occurrence, when);
      const said: string[] = [];
      await deployMigrations(url, { files, say: (line) => said.push(line) });
      expect(said).toEqual(named.map((each) => `migration ${each} was cut off before it was done, and is run again`));
      expect(await runOn(url, "SELECT n, m FROM slow")).toEqual([{ n: 1, m: null }]);
      const open = "SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NULL AND rolled_back_at IS NULL";
      expect(await runOn(url, open)).toEqual([]);
      expect(
        await runOn(url, "SELECT has_table_privilege('regulars_app', '_prisma_migrations', 'SELECT') AS may"),
      ).toEqual([{ may: true }]);
      expect(await deployMigrations(url, { files })).toEqual([]);
    } finally {
      await runOn(server, `DROP DATABASE "${name}" WITH (FORCE)`);
    }
  },
  60_000,
);
