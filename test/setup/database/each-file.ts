// Gives each test file a database of its own. The app's settings name this database, so a test file imports the app as it is.
import { afterAll } from "vitest";
import { createTestDatabase } from "./database.ts";
import "../row-types/record.ts";

const database = await createTestDatabase();
process.env["DATABASE_URL"] = database.urls.owner;
process.env["APP_DATABASE_URL"] = database.urls.app;
process.env["DOOR_DATABASE_URL"] = database.urls.door;

afterAll(async () => {
  const { stopQueue } = await import("../../../app/queue.server.ts");
  const { closeDatabase } = await import("../../../app/db.server.ts");
  await stopQueue();
  await closeDatabase();
  await database.drop();
});
