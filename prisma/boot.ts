// Before a process of the app reads its settings: they name the database's two ways in, or they are made here.
import { openMigratedDatabase } from "./database.ts";
import type { DatabaseSettings } from "./urls.ts";

/** With APP_DATABASE_URL and DOOR_DATABASE_URL set, `npm run migrate` is somebody else's step and nothing is done. */
export async function settleDatabase(settings: DatabaseSettings = process.env): Promise<{ stop: () => Promise<void> }> {
  if (settings.APP_DATABASE_URL && settings.DOOR_DATABASE_URL) return { stop: async () => undefined };
  const { urls, stop } = await openMigratedDatabase(settings);
  settings.APP_DATABASE_URL = urls.app;
  settings.DOOR_DATABASE_URL = urls.door;
  return { stop };
}
