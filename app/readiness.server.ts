// Whether this process can do its work: the database answers, it is migrated, and the secrets in it open.
import fs from "node:fs";
import path from "node:path";
import { directory, sql } from "./db.server.ts";
import { log } from "./log.server.ts";
import { PROJECT } from "./project.server.ts";
import { checkSealed } from "./shopify/session-rows.server.ts";

type Check = { name: "database" | "migrations" | "secrets"; ok: boolean; reason: string };
export type Readiness = { ready: boolean; checks: Check[] };

const PATIENCE_MS = 3000;
const MIGRATIONS = path.join(PROJECT, "prisma", "migrations");

export async function readiness(): Promise<Readiness> {
  const checks = await Promise.all([
    check("database", answers, "the database does not answer"),
    check("migrations", migrated, "migrations are missing: run `npm run migrate -- deploy`"),
    check(
      "secrets",
      secretsOpen,
      "secrets in the database do not open: ENCRYPTION_KEY is not the key they were sealed with",
    ),
  ]);
  return { ready: checks.every(({ ok }) => ok), checks };
}

async function check(name: Check["name"], holds: () => Promise<boolean>, otherwise: string): Promise<Check> {
  const late = new Promise<boolean>((resolve) => setTimeout(resolve, PATIENCE_MS, false).unref());
  const ok = await Promise.race([holds(), late]).catch((error: Error) => {
    log.warn({ err: error, check: name }, "not ready");
    return false;
  });
  return { name, ok, reason: ok ? "" : otherwise };
}

async function answers(): Promise<boolean> {
  const rows = await directory<{ one: number }>(sql`select 1 as one`);
  return rows.length === 1;
}

/** Throws with a sentence. */
export async function assertMigrated(): Promise<void> {
  if (!(await migrated())) throw new Error("Migrations are missing: run `npm run migrate -- deploy`.");
}

async function migrated(): Promise<boolean> {
  const wanted = fs.readdirSync(MIGRATIONS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const applied = await directory<{ name: string }>(
    sql`select migration_name as name from _prisma_migrations where finished_at is not null and rolled_back_at is null`,
  );
  const names = new Set(applied.map(({ name }) => name));
  return wanted.every(({ name }) => names.has(name));
}

/** One shop stands for all: they were sealed with the same key. */
async function secretsOpen(): Promise<boolean> {
  const [shop] = await directory<{ id: string }>(
    sql`select id from shop where installed_at is not null and uninstalled_at is null order by installed_at desc limit 1`,
  );
  if (shop) await checkSealed(shop.id);
  return true;
}
