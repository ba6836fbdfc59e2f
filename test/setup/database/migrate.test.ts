import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { deployMigrations, listMigrations } from "../../../prisma/deploy.ts";
import { compareWithSchema } from "../../../prisma/migrate.ts";
import { atDatabase, type MigrationFiles, productFiles, runOn, withEngine } from "../../../prisma/schema-engine.ts";
import { connectionUrls } from "../../../prisma/urls.ts";

const owner = process.env["DATABASE_URL"] ?? "";
const folders: string[] = [];

/** A copy of the product's schema and migrations, which the test changes. */
function copyFiles(): MigrationFiles {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "regulars-migrations-"));
  folders.push(folder);
  fs.cpSync(productFiles.migrations, path.join(folder, "migrations"), { recursive: true });
  fs.copyFileSync(productFiles.schema, path.join(folder, "schema.prisma"));
  return { schema: path.join(folder, "schema.prisma"), migrations: path.join(folder, "migrations") };
}

function addMigration({ migrations }: MigrationFiles, name: string, sql: string) {
  fs.mkdirSync(path.join(migrations, name), { recursive: true });
  fs.writeFileSync(path.join(migrations, name, "migration.sql"), sql);
}

afterEach(() => {
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true });
});

describe("deploying", () => {
  it("leaves the history as prisma migrate deploy would, and nothing to apply the second time", async () => {
    const rows = await runOn<{ migration_name: string; checksum: string; finished: boolean }>(
      owner,
      `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished FROM _prisma_migrations ORDER BY 1`,
    );
    const expected = listMigrations(productFiles).migrationDirectories.map(({ path: name, migrationFile }) => ({
      migration_name: name,
      checksum: createHash("sha256").update(migrationFile.content.value).digest("hex"),
      finished: true,
    }));
    expect(rows).toEqual(expected);
    expect(await deployMigrations(owner)).toEqual([]);
  });

  it("runs a migration whole or not at all, semicolons inside strings included", async () => {
    const files = copyFiles();
    const name = "29990101000000_broken";
    addMigration(files, name, `CREATE TABLE half (n int); DO $$ BEGIN PERFORM 'a;b'; END $$; SELECT 1/0;`);
    await expect(deployMigrations(owner, { files })).rejects.toThrow("division by zero");
    expect(await runOn(owner, "SELECT to_regclass('half') AS half")).toEqual([{ half: null }]);
    await expect(deployMigrations(owner, { files })).rejects.toThrow(name);
    addMigration(files, name, `CREATE TABLE half (n int); DO $$ BEGIN PERFORM 'a;b'; END $$;`);
    await withEngine(owner, files, (engine) => engine.markMigrationRolledBack({ migrationName: name }));
    expect(await deployMigrations(owner, { files })).toEqual([name]);
  });

  it("moves the rows of all shops where the owner is no superuser, and a table that the migration makes is held afterwards", async () => {
    const stamp = Date.now().toString(36);
    const [role, name] = [`hosted_owner_${stamp}`, `regulars_test_${stamp}_hosted`];
    await runOn(owner, `CREATE ROLE ${role} LOGIN NOSUPERUSER NOBYPASSRLS CREATEROLE PASSWORD 'hosted'`);
    await runOn(owner, `CREATE DATABASE "${name}" OWNER ${role}`);
    const hosted = new URL(atDatabase(owner, name));
    hosted.username = role;
    hosted.password = "hosted";
    const urls = { ...connectionUrls({ DATABASE_URL: atDatabase(owner, name) }), owner: hosted.href };
    await deployMigrations(hosted.href, { urls });
    const shop = `INSERT INTO shop (id, platform, platform_id, domain, time_zone, currency, installed_at)
      VALUES ('tea.myshopify.com', 'shopify', '1', 'tea.myshopify.com', 'UTC', 'GBP', now())`;
    await runOn(atDatabase(owner, name), shop);
    const files = copyFiles();
    const copy = `CREATE TABLE copied (id text); ALTER TABLE copied ENABLE ROW LEVEL SECURITY;
      ALTER TABLE copied FORCE ROW LEVEL SECURITY;
INSERT INTO copied SELECT id FROM shop;`;
    addMigration(files, "29990101000001_copies", copy);
    await deployMigrations(hosted.href, { urls, files });
    expect(await runOn(atDatabase(owner, name), "SELECT id FROM copied")).toEqual([{ id: "tea.myshopify.com" }]);
    const held =
      "SELECT bool_and(relforcerowsecurity) AS is FROM pg_class WHERE relname IN ('copied', 'shop', 'shop_order')";
    expect(await runOn(atDatabase(owner, name), held)).toEqual([{ is: true }]);
    await runOn(owner, `DROP DATABASE "${name}" WITH (FORCE)`);
    await runOn(owner, `DROP ROLE ${role}`);
  });

  it("names the SQL to run where the owner may not create roles", async () => {
    await runOn(owner, "DROP ROLE IF EXISTS plain_owner; CREATE ROLE plain_owner LOGIN PASSWORD 'plain'");
    const url = new URL(owner);
    url.username = "plain_owner";
    url.password = "plain";
    const app = new URL(owner);
    app.username = "shop_app";
    const urls = { ...connectionUrls({ DATABASE_URL: url.href }), app: app.href };
    await expect(deployMigrations(url.href, { urls })).rejects.toThrow(
      /may not create roles[\s\S]*CREATE ROLE "shop_app" LOGIN[\s\S]*GRANT regulars_app TO "shop_app"/,
    );
    await runOn(owner, "DROP ROLE plain_owner");
  });
});

describe("the schema check", () => {
  it("passes while the migrations build schema.prisma, fails when they differ, and leaves no database behind", async () => {
    const files = copyFiles();
    const check = () => withEngine(owner, files, (engine) => compareWithSchema(engine, files, false));
    expect((await check()).exitCode).toBe(0);
    const schema = fs.readFileSync(files.schema, "utf8");
    fs.writeFileSync(files.schema, schema.replace(/(model Product \{)/, "$1\n  colour String?"));
    const changed = await check();
    expect(changed.exitCode).toBe(2);
    expect(changed.stdout).toContain("colour");
    const left = "SELECT datname FROM pg_database WHERE datname LIKE 'regulars_shadow_%'";
    expect(await runOn(atDatabase(owner, "postgres"), left)).toEqual([]);
  });
});

it("the migration command says how it is used, and ends by itself", async () => {
  const command = spawn(process.execPath, ["prisma/migrate.ts", "status"], {
    env: { ...process.env, DATABASE_URL: owner },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  command.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise((resolve) => command.on("close", resolve));
  expect(output).toContain('"hasMigrationsTable": true');
  // This file has deployed a migration that the product's folder does not have, so the histories differ.
  expect([0, 2]).toContain(code);
});
