import pg from "pg";
import { expect, it } from "vitest";
import { runOn } from "../../../prisma/schema-engine.ts";
import { createTestDatabase } from "./database.ts";

it("a test file's database is migrated, empty and its own", async () => {
  const other = await createTestDatabase();
  await runOn(other.urls.owner, "INSERT INTO shop (id, domain) VALUES ('a', 'a')");
  expect(await runOn(process.env["DATABASE_URL"] ?? "", "SELECT id FROM shop")).toEqual([]);
  await other.drop();
  await expect(runOn(other.urls.owner, "SELECT 1")).rejects.toThrow("does not exist");
});

it("the passwords of the app and the door can be derived only from the owner's password", async () => {
  for (const name of ["APP_DATABASE_URL", "DOOR_DATABASE_URL"]) {
    const url = new URL(process.env[name] ?? "");
    expect(await runOn(url.href, "SELECT current_user AS is")).toEqual([{ is: url.username }]);
    url.password = "guess";
    await expect(new pg.Client(url.href).connect()).rejects.toThrow("password authentication failed");
  }
});
