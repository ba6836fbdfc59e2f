import { expect, test } from "vitest";
import { isSuspect, withSuspects } from "./suspects.server.ts";

const failed = (message: string, code?: string) => Object.assign(new Error(message), code ? { code } : {});
const crash = () => Promise.reject(failed("Connection terminated unexpectedly"));
const shop = (id: string) => ({ id }) as Parameters<typeof isSuspect>[0];
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

test.each(["57P01", "57P02", "57P03"])(
  "a connection that the server ends with %s makes nobody a suspect",
  async (code) => {
    const end = () => Promise.reject(failed("terminating connection", code));
    await expect(withSuspects(shop(code), [segment], end, async () => undefined)).rejects.toThrow("terminating");
    expect(isSuspect(shop(code), segment)).toBe(false);
  },
);
