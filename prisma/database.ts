// The database a command works on: the server that DATABASE_URL names, else one of our own on this machine.
import { deployMigrations } from "./deploy.ts";
import { ensurePostgres } from "./embedded.ts";
import { connectionUrls, type ConnectionUrls, type DatabaseSettings } from "./urls.ts";

export interface OpenDatabase {
  urls: ConnectionUrls;
  /** Lets go of an embedded server; a server of DATABASE_URL is none of our business. */
  stop: () => Promise<void>;
}

export async function openDatabase(settings: DatabaseSettings = process.env): Promise<OpenDatabase> {
  const { DATABASE_URL } = settings;
  if (DATABASE_URL) return { urls: connectionUrls({ ...settings, DATABASE_URL }), stop: async () => undefined };
  const { url, stop } = await ensurePostgres({ kept: true });
  return { urls: connectionUrls({ DATABASE_URL: url }), stop };
}

/** The same, with roles, migrations and queue in place. */
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
