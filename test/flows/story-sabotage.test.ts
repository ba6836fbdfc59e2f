import { execFile } from "node:child_process";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { STORY } from "../demo/story/play.ts";
import { SABOTAGES } from "../demo/story/sabotage.ts";
import { buildIfStale } from "../setup/build-if-stale.ts";

const DEMO = path.resolve(import.meta.dirname, "../demo/demo.ts");
const AT_ONCE = 2;
const names = STORY.map(({ name }) => name);

type Run = { code: number | null; output: string };

function sabotage(name: string): Promise<Run> {
  const options = [DEMO, "--once", "--no-build", "--customers", "40", "--sabotage", name];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, options, (_error, output, faults) =>
      resolve({ code: child.exitCode, output: `${output}\n${faults}` }),
    );
  });
}

const stepsMarked = (sign: string, { output }: Run): string[] =>
  output
    .split("\n")
    .filter((line) => line.startsWith(sign))
    .map((line) => line.split(/\s+/)[1] ?? "");

describe("the story breaks off at the very step that was struck", () => {
  const runs = new Map<string, Run>();
  beforeAll(async () => {
    buildIfStale();
    const waiting = Object.keys(SABOTAGES);
    const play = async () => {
      for (let name = waiting.shift(); name; name = waiting.shift()) runs.set(name, await sabotage(name));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, play));
  }, 300_000);

  for (const [name, { noticedAt }] of Object.entries(SABOTAGES)) {
    it(`${name}: at “${noticedAt}”`, () => {
      const run = runs.get(name) ?? { code: null, output: "" };
      expect(stepsMarked("✗", run), run.output).toEqual([noticedAt]);
      expect(stepsMarked("✓", run)).toEqual(names.slice(0, names.indexOf(noticedAt)));
      expect(run.code).toBe(1);
    });
  }
});

it("a sabotage that nobody knows is refused", async () => {
  expect((await sabotage("gremlins")).code).toBe(64);
});
