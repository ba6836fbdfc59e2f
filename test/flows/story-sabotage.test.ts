import { execFile } from "node:child_process";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { STORY } from "../demo/story/play.ts";
import { SABOTAGES } from "../demo/story/sabotage.ts";
import { buildIfStale } from "../setup/build-if-stale.ts";

const DEMO = path.resolve(import.meta.dirname, "../demo/demo.ts");
const names = STORY.map(({ name }) => name);

type Run = { code: number; lines: string[] };

function sabotage(name: string): Promise<Run> {
  const options = [DEMO, "--once", "--sabotage", name, "--customers", "40"];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, options, (_error, output) =>
      resolve({ code: child.exitCode ?? -1, lines: output.split("\n") }),
    );
  });
}

beforeAll(buildIfStale);

describe.concurrent("the story breaks off at the very step that was struck", () => {
  for (const [name, { noticedAt }] of Object.entries(SABOTAGES)) {
    it(`${name}: at “${noticedAt}”`, { timeout: 120_000 }, async () => {
      const { code, lines } = await sabotage(name);
      const happened = lines.filter((line) => line.startsWith("✓")).map((line) => line.split(/\s+/)[1]);
      const broken = lines.filter((line) => line.startsWith("✗")).map((line) => line.split(/\s+/)[1]);
      expect(broken, lines.join("\n")).toEqual([noticedAt]);
      expect(happened).toEqual(names.slice(0, names.indexOf(noticedAt)));
      expect(code).toBe(1);
    });
  }

  it("a sabotage that nobody knows is refused", { timeout: 30_000 }, async () => {
    expect((await sabotage("gremlins")).code).toBe(64);
  });
});
