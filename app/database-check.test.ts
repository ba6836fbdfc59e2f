import { expect, test } from "vitest";
import { serverFaults } from "./database-check.server.ts";

const safe = { version: 15, fsync: "on", synchronous_commit: "on" };

test("a server of version 15 that does not lose commits is accepted", () => {
  expect(serverFaults(safe)).toEqual([]);
  expect(serverFaults({ ...safe, synchronous_commit: "remote_apply" })).toEqual([]);
});

test("an older server, and a server that may lose acknowledged webhooks, are refused with the reason", () => {
  const [version, fsync, commit] = serverFaults({ version: 14, fsync: "off", synchronous_commit: "off" });
  expect(version).toContain("It is version 14. Use PostgreSQL 15 or newer.");
  expect(fsync).toContain("fsync is off: a power cut would lose webhooks");
  expect(commit).toContain("synchronous_commit is off: a crash would lose webhooks");
});
