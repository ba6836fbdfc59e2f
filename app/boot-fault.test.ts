import http from "node:http";
import net from "node:net";
import pg from "pg";
import { expect, test } from "vitest";
import { bootFault } from "./boot-fault.ts";
import { listen } from "./listen.server.ts";

const faultOf = (work: Promise<unknown>) => work.then(() => "no fault", bootFault);

test("the fault of a database that does not answer names its host and port, never its password", async () => {
  const message = await faultOf(new pg.Client("postgresql://u:pass-word@localhost:9/x").connect());
  expect(message).toMatch(
    /^The database at (127\.0\.0\.1|::1):9 does not answer \(ECONNREFUSED\)\. Start the database, or correct DATABASE_URL/,
  );
  expect(message).not.toContain("pass-word");
});

const listenFault = (port: number, host: string, setting?: "WORKER_PORT") =>
  faultOf(listen(http.createServer(), port, host, setting));

test("the fault of a port that is taken names the port's setting", async () => {
  const other = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const { port } = other.address() as net.AddressInfo;
  const already = `Another program already listens on 127.0.0.1:${port}. End that program, or set`;
  expect(await listenFault(port, "127.0.0.1")).toBe(`${already} PORT to a free port.`);
  expect(await listenFault(port, "127.0.0.1", "WORKER_PORT")).toBe(`${already} WORKER_PORT to a free port.`);
  other.close();
});

test("a HOST that is no address of this machine is not reported as a fault of the database", async () => {
  expect(await listenFault(0, "nowhere.invalid")).toMatch(
    /^HOST is wrong: the name nowhere.invalid can't be resolved \(E\w+\)\. Set HOST/,
  );
  expect(await listenFault(0, "192.0.2.1")).toMatch(
    /^This process isn't allowed to listen on 192.0.2.1:0. Set PORT .* and HOST to/,
  );
});

test("a file without permission is not reported as a port without permission", () => {
  expect(bootFault(Object.assign(new Error("permission denied, open 'x'"), { code: "EACCES" }))).toMatch(
    /^Error: perm/,
  );
});

test("our own sentence is printed unchanged; an unforeseen error keeps its stack, and no error prints its properties", () => {
  expect(bootFault(new Error("There is no build."))).toBe("There is no build.");
  expect(bootFault(new TypeError("x is not a function"))).toMatch(/^TypeError: x is not a function\n +at /);
  expect(
    bootFault(Object.assign(new Error("duplicate key"), { code: "23505", detail: "jane@example.com" })),
  ).not.toContain("jane");
});
