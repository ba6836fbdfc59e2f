// The database that a command works on: the server of DATABASE_URL, or else an embedded PostgreSQL on this machine.
import { deployMigrations } from "./deploy.ts";
import { ensurePostgres } from "./embedded.ts";
import { connectionUrls, type ConnectionUrls, type DatabaseSettings } from "./urls.ts";

export interface OpenDatabase {
  urls: ConnectionUrls;
  /** Leaves an embedded server, which stops with its last user. Does nothing to a server of DATABASE_URL. */
  stop: () => Promise<void>;
}

export async function openDatabase(settings: DatabaseSettings = process.env): Promise<OpenDatabase> {
  const { DATABASE_URL } = settings;
  if (DATABASE_URL) return { urls: connectionUrls({ ...settings, DATABASE_URL }), stop: async () => undefined };
  const { url, stop } = await ensurePostgres({ kept: true });
  return { urls: connectionUrls({ DATABASE_URL: url }), stop };
}

/** Opens the database and makes its roles, migrations and queue. */
export async function openMigratedDatabase(settings: DatabaseSettings = process.env): Promise<OpenDatabase> {
  const database = await openDatabase(settings);
  try {
    await deployMigrations(database.urls.owner, { urls: database.urls });
    return database;
  } catch (error) {
    await database.stop();
    throw error;
  }
}
