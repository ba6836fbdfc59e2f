// The databases of replayed shops. Each replayed shop has a database of its own beside the app's, on the same server, so that the
// worker of a replay and the worker of a running app never take each other's jobs.
import { createHash } from "node:crypto";
import pg from "pg";
import { deployMigrations } from "../../prisma/deploy.ts";
import { atDatabase, runOn } from "../../prisma/schema-engine.ts";
import type { ConnectionUrls } from "../../prisma/urls.ts";
import { EXIT, WrongInput } from "../setup/command-line.ts";

export type World = { urls: ConnectionUrls; leave(): Promise<void> };

const MARK = "_replay_";
/** PostgreSQL cuts longer names. */
const LONGEST = 63;

const nameIn = (url: string): string => decodeURIComponent(new URL(url).pathname.slice(1)) || "postgres";

function worldName(beside: string, domain: string): string {
  const label = domain.split(".")[0] ?? "";
  const name = nameIn(beside) + MARK + label;
  if (name.length <= LONGEST) return name;
  return nameIn(beside) + MARK + createHash("sha256").update(label).digest("hex").slice(0, 12);
}

/** Opens a new, migrated database and drops the database of the shop's previous replay. One replay of a shop runs at a time. */
export async function makeWorld(beside: ConnectionUrls, domain: string): Promise<World> {
  const name = worldName(beside.owner, domain);
  const hold = new pg.Client({ connectionString: beside.owner });
  await hold.connect();
  try {
    const lock = "select pg_try_advisory_lock(hashtext($1)) as taken";
    const { rows } = await hold.query<{ taken: boolean }>(lock, [name]);
    if (!rows[0]?.taken)
      throw new WrongInput(`Another replay of ${domain} is under way: wait until it has ended.`, EXIT.tryLater);
    await hold.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`);
    await hold.query(`create database ${pg.escapeIdentifier(name)}`).catch(explainRefusal);
    const at = (url: string) => atDatabase(url, name);
    const urls = { owner: at(beside.owner), app: at(beside.app), door: at(beside.door) };
    await deployMigrations(urls.owner, { urls });
    return { urls, leave: () => hold.end() };
  } catch (error) {
    await hold.end();
    throw error;
  }
}

function explainRefusal(error: Error & { code?: string }): never {
  const INSUFFICIENT_PRIVILEGE = "42501";
  if (error.code !== INSUFFICIENT_PRIVILEGE) throw error;
  throw new WrongInput(
    "A replay makes a database of its own, and the owner in DATABASE_URL may not: give it CREATEDB, or leave DATABASE_URL unset.",
    1,
  );
}

/** `app`: the connection URL of the shop's database, for the app's role. */
export type KnownShop = { id: string; domain: string; isReplayed: boolean; app: string };

/** Lists the installed shops of the app's database and of all replays' databases. */
export async function findShops(app: string): Promise<KnownShop[]> {
  const worlds = await runOn<{ datname: string }>(
    app,
    "select datname from pg_database where starts_with(datname, $1) order by 1",
    [nameIn(app) + MARK],
  );
  const shops = await shopsIn(app, false);
  for (const { datname } of worlds) shops.push(...(await shopsIn(atDatabase(app, datname), true)));
  return shops;
}

const UNDEFINED_TABLE = "42P01";
const UNDEFINED_DATABASE = "3D000";

/** Returns no shops if the database or its tables don't exist, as when a replay has just started or was aborted. */
async function shopsIn(app: string, isReplayed: boolean): Promise<KnownShop[]> {
  const installed = "select id, domain from shop where installed_at is not null and uninstalled_at is null order by id";
  try {
    const shops = await runOn<{ id: string; domain: string }>(app, installed);
    return shops.map((shop) => ({ ...shop, isReplayed, app }));
  } catch (error) {
    if ([UNDEFINED_TABLE, UNDEFINED_DATABASE].includes((error as { code?: string }).code ?? "")) return [];
    throw error;
  }
}
