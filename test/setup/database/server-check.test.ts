import pg from "pg";
import { expect, it } from "vitest";
import { assertSafeServer } from "../../../app/database-check.server.ts";
import { runOn } from "../../../prisma/schema-engine.ts";

it("the start-up check accepts the tests' server, and refuses the app's role with synchronous_commit off", async () => {
  const owner = process.env["DATABASE_URL"] ?? "";
  const client = new pg.Client(process.env["APP_DATABASE_URL"]);
  await client.connect();
  await assertSafeServer(client);
  await client.query("SET synchronous_commit = off");
  await expect(assertSafeServer(client)).rejects.toThrow("synchronous_commit is off");
  await client.end();
  expect(await runOn(owner, "SHOW fsync")).toEqual([{ fsync: "on" }]);
});
