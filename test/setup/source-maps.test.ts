// Pages run a bundle. A failure in the bundle is reported with the line of the source.
import fs from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { buildIfStale } from "./build-if-stale.ts";

const assets = path.resolve(import.meta.dirname, "../../build/server/assets");

beforeAll(() => buildIfStale());

test("the server's bundle maps each of its lines to a plugin's file and line", () => {
  const bundle = fs.readdirSync(assets).find((name) => /^server-build-.*\.js$/.test(name)) ?? "";
  const lines = fs.readFileSync(path.join(assets, bundle), "utf8").split("\n");
  const payload = JSON.parse(fs.readFileSync(path.join(assets, `${bundle}.map`), "utf8")) as SourceMapPayload;
  const at = lines.findIndex((line) => line.includes("from api.customers c cross join lateral"));
  const entry = new SourceMap(payload).findEntry(at - 1, 10);
  expect(entry).toMatchObject({
    originalSource: expect.stringMatching(/app\/plugins\/loyalty\/plugin\.server\.ts$/),
    originalLine: expect.any(Number),
  });
});
