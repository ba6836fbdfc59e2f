// Makes a migrated database for each test file, as a copy of a template that is made once per run.
import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import pg from "pg";
import { deployMigrations } from "../../../prisma/deploy.ts";
import { atDatabase, productFiles, runOn } from "../../../prisma/schema-engine.ts";
import { connectionUrls, type ConnectionUrls } from "../../../prisma/urls.ts";

export interface TestDatabase {
  urls: ConnectionUrls;
  drop: () => Promise<void>;
}

/** Test databases have this prefix and the time at which they were made. A run drops stale ones, which a killed run left. */
const PREFIX = "regulars_test_";
const STALE_MS = 6 * 3600 * 1000;

/** The name has the hash of the migrations, so that the next run uses an unchanged template again. */
function templateName(): string {
  const hash = createHash("sha256");
  for (const name of fs.readdirSync(productFiles.migrations, { recursive: true, encoding: "utf8" }).sort()) {
    if (!name.endsWith(".sql")) continue;
    hash.update(name).update(fs.readFileSync(path.join(productFiles.migrations, name)));
  }
  for (const name of ["roles.ts", "deploy.ts"])
    hash.update(fs.readFileSync(path.join(productFiles.migrations, "..", name)));
  return `regulars_template_${hash.digest("hex").slice(0, 16)}`;
}

/** Call it once per run and server, before the test files. Several runs may call it at the same time. */
export async function prepareTemplate(serverUrl: string): Promise<void> {
  const lock = new pg.Client(serverUrl);
  await lock.connect();
  try {
    await lock.query("SELECT pg_advisory_lock(hashtext('regulars_template'))");
    await makeTemplate(serverUrl);
  } finally {
    await lock.end();
  }
}

async function makeTemplate(serverUrl: string): Promise<void> {
  const template = templateName();
  const databases = await runOn<{ datname: string }>(serverUrl, "SELECT datname FROM pg_database");
  const names = databases.map(({ datname }) => datname);
  for (const name of names.filter((each) => isLeftOver(each, template))) await dropDatabase(serverUrl, name);
  if (names.includes(template)) return;
  const draft = newName();
  await runOn(serverUrl, `CREATE DATABASE "${draft}"`);
  await deployMigrations(atDatabase(serverUrl, draft));
  await runOn(serverUrl, `ALTER DATABASE "${draft}" RENAME TO "${template}"`);
}

const newName = () => `${PREFIX}${Date.now().toString(36)}_${randomBytes(4).toString("hex")}`;

function isLeftOver(name: string, template: string): boolean {
  if (name.startsWith("regulars_template_")) return name !== template;
  if (!name.startsWith(PREFIX)) return false;
  const made = Number.parseInt(name.slice(PREFIX.length), 36);
  return Number.isNaN(made) || made < Date.now() - STALE_MS;
}

/** Makes an empty, migrated database. The default server is the test run's, TEST_SERVER_URL. */
export async function createTestDatabase(serverUrl = process.env["TEST_SERVER_URL"] ?? ""): Promise<TestDatabase> {
  const name = newName();
  await runOn(serverUrl, `CREATE DATABASE "${name}" TEMPLATE "${templateName()}"`);
  return {
    urls: connectionUrls({ DATABASE_URL: atDatabase(serverUrl, name) }),
    drop: async () => {
      await untilLeft(serverUrl, name);
      await dropDatabase(serverUrl, name);
    },
  };
}

const LEAVING_MS = 1000;

/** Waits until all clients have left the database: a client that is cut off while closing throws an error that nobody handles. */
async function untilLeft(serverUrl: string, name: string): Promise<void> {
  const open = "SELECT pid FROM pg_stat_activity WHERE datname = $1";
  const until = Date.now() + LEAVING_MS;
  while (Date.now() < until && (await runOn(serverUrl, open, [name])).length > 0) await setTimeout(20);
}

const dropDatabase = async (serverUrl: string, name: string) => {
  await runOn(serverUrl, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
};
