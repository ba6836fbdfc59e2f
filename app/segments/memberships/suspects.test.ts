import { expect, test } from "vitest";
import type { Shop } from "../../shop.server.ts";
import { isSuspect, withSuspects } from "./suspects.server.ts";

const failed = (message: string, code?: string) => Object.assign(new Error(message), code ? { code } : {});
const crash = () => Promise.reject(failed("Connection terminated unexpectedly"));
/** `upMs`: for how long the database server runs. */
const shop = (id: string, upMs = 9e9) =>
  ({ id, db: { tx: (work) => work({ rows: async () => [{ upMs }] } as never) } }) as Pick<Shop, "id" | "db">;
const segment = { id: "1" };

test("a guilty segment is marked as soon as the server is back after the crash", async () => {
  const marks: string[] = [];
  const mark = async () => {
    marks.push("tried");
    if (marks.length === 1) throw failed("the database system is in recovery mode", "57P03");
    if (marks.length === 2) throw failed("connect ECONNREFUSED", "ECONNREFUSED");
  };
  for (const tries of [0, 3]) {
    await expect(withSuspects(shop("crashing"), [segment], crash, mark)).rejects.toThrow("Connection terminated");
    expect(marks).toHaveLength(tries);
  }
  expect(isSuspect(shop("crashing"), segment)).toBe(false);
});

test("a segment whose connection was lost because the whole server was killed twice is not marked", async () => {
  const marks: unknown[] = [];
  const mark = async (error: unknown) => marks.push(error);
  for (let kill = 0; kill < 2; kill += 1)
    await expect(withSuspects(shop("killed", 0), [segment], crash, mark)).rejects.toThrow("Connection terminated");
  expect(marks).toEqual([]);
  expect(isSuspect(shop("killed"), segment)).toBe(false);
});

test.each(["57P01", "57P02", "57P03"])(
  "a connection that the server ends with %s makes nobody a suspect",
  async (code) => {
    const end = () => Promise.reject(failed("terminating connection", code));
    await expect(withSuspects(shop(code), [segment], end, async () => undefined)).rejects.toThrow("terminating");
    expect(isSuspect(shop(code), segment)).toBe(false);
  },
);
