import pg from "pg";
import { expect, test } from "vitest";
import { withinLimit } from "../../time-limit.ts";
import { nameFailure } from "./failure.server.ts";

const HERE = String.raw`app/plugins/running/failure\.test\.ts:\d+`;
const ADA = "ada@example.com";

test("a failure is reported by its kind and its place in the code", () => {
  expect(nameFailure(new Error("no"))).toMatch(new RegExp(`^Error at ${HERE}$`));
  expect(nameFailure(new TypeError("no"))).toMatch(new RegExp(`^TypeError at ${HERE}$`));
});

test("a plugin that hangs is reported with its time limit", async () => {
  const late = await withinLimit(() => new Promise(() => undefined), 10).catch((error: unknown) => error);
  expect(nameFailure(late)).toBe("no answer within 0.01 s");
});

test("what the database does not support is reported in the database's own words", () => {
  const said = "WITH clause containing a data-modifying statement must be at the top level";
  const refused = Object.assign(new pg.DatabaseError(said, said.length, "error"), { code: "0A000" });
  expect(nameFailure(refused)).toContain(`its SQL is refused: ${said}`);
});

test("an error's message is never repeated, however the error is wrapped", () => {
  const named = Object.assign(new Error(ADA), { name: ADA });
  const staged = Object.assign(new Error("x"), {
    stack: `Error: x\n    at /home/${ADA}:1:1\n    at ${ADA} (${ADA}:1:2)`,
  });
  const changed = new Error(`first\n    at ${ADA} (/${ADA}.ts:1:1)`);
  changed.message = "second";
  for (const thrown of [named, staged, changed, ADA, { ADA }, null, new Error("", { cause: ADA })])
    expect(nameFailure(thrown)).not.toContain("example");
  expect(nameFailure(staged)).toBe("Error");
  expect(nameFailure(ADA)).toBe("Error");
});
