import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { routePattern } from "./route-pattern.ts";

test("a log names the page of a URL and nothing that a person typed", () => {
  expect(routePattern("/")).toBe("/");
  expect(routePattern("/app/customers/4711.data")).toBe("/app/customers/:x");
  expect(routePattern("/app/customers/eve@example.com/export")).toBe("/app/customers/:x/export");
  expect(routePattern("/Eve/eve%40example.com")).toBe("/:x/:x");
  expect(routePattern("/a/b/c/d/e/f/g/h")).toBe("/:x/:x/:x/:x/:x");
});

test("every page of the app is named in full", () => {
  for (const file of fs.readdirSync(path.join(import.meta.dirname, "routes"))) {
    const parts = file
      .replace(/\.tsx?$/, "")
      .split(".")
      .filter((part) => !/^[_$]/.test(part));
    expect(routePattern(`/${parts.join("/")}`), file).not.toContain(":x");
  }
});
