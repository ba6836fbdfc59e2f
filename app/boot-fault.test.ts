import net from "node:net";
import pg from "pg";
import { expect, test } from "vitest";
import { bootFault } from "./boot-fault.ts";

const faultOf = (work: Promise<unknown>) => work.then(() => "no fault", bootFault);

test("a database that is away is named with its place, never with its password", async () => {
  const told = await faultOf(new pg.Client("postgresql://u:pass-word@localhost:9/x").connect());
  expect(told).toMatch(
    /^The database at (127\.0\.0\.1|::1):9 does not answer \(ECONNREFUSED\)\. Start it, or mend DATABASE_URL/,
  );
  expect(told).not.toContain("pass-word");
});

test("a port that is taken is told as such", async () => {
  const squatter = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => squatter.once("listening", resolve));
  const { port } = squatter.address() as net.AddressInfo;
  const told = await faultOf(
    new Promise((resolve, reject) =>
      net
        .createServer()
        .once("error", reject)
        .listen(port, "127.0.0.1", () => resolve(0)),
    ),
  );
  squatter.close();
  expect(told).toBe(`Another program listens on 127.0.0.1:${port} already. End it, or set PORT to a free one.`);
});

test("a sentence of ours is told as it is; what nobody foresaw keeps its stack, and no error its properties", () => {
  expect(bootFault(new Error("There is no build."))).toBe("There is no build.");
  expect(bootFault(new TypeError("x is not a function"))).toMatch(/^TypeError: x is not a function\n +at /);
  expect(
    bootFault(Object.assign(new Error("duplicate key"), { code: "23505", detail: "jane@example.com" })),
  ).not.toContain("jane");
});
