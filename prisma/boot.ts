// Settles the URLs of the database's two roles before a process of the app reads its settings.
import { openMigratedDatabase } from "./database.ts";
import type { DatabaseSettings } from "./urls.ts";

/**
 * Does nothing where APP_DATABASE_URL and DOOR_DATABASE_URL are set: the operator then runs `npm run migrate`. Otherwise opens and
 * migrates the database, and sets both URLs in `settings`.
 */
export async function settleDatabase(settings: DatabaseSettings = process.env): Promise<{ stop: () => Promise<void> }> {
  const { DATABASE_URL, APP_DATABASE_URL, DOOR_DATABASE_URL } = settings;
  if (APP_DATABASE_URL && DOOR_DATABASE_URL) return { stop: async () => undefined };
  if (!DATABASE_URL && (APP_DATABASE_URL || DOOR_DATABASE_URL)) {
    const missing = APP_DATABASE_URL ? "DOOR_DATABASE_URL" : "APP_DATABASE_URL";
    throw new Error(`${missing} is not set. Set it too, or set DATABASE_URL, from which it is derived.`);
  }
  if (DATABASE_URL && !(/^postgres(ql)?:\/\//.test(DATABASE_URL) && URL.canParse(DATABASE_URL))) {
    throw new Error(
      "DATABASE_URL is wrong. It is the address of the database as its owner: postgresql://owner:…@host/name.",
    );
  }
  const { urls, stop } = await openMigratedDatabase(settings);
  settings.APP_DATABASE_URL = urls.app;
  settings.DOOR_DATABASE_URL = urls.door;
  return { stop };
}
