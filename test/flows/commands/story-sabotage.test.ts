import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { STORY } from "../../demo/story/play.ts";
import { findSabotage, SABOTAGES } from "../../demo/story/sabotage.ts";
import { buildIfStale } from "../../setup/build-if-stale.ts";

const DEMO = path.resolve(import.meta.dirname, "../../demo/demo.ts");
const AT_ONCE = 4;
const names = STORY.map(({ name }) => name);

type Run = { code: number | null; output: string };

const sabotage = (name: string): Promise<Run> => run("--customers", "40", "--sabotage", name);

/** Each run is three processes, which share a compile cache. */
const env = { ...process.env, NODE_COMPILE_CACHE: path.join(tmpdir(), "regulars-compiled") };

function run(...options: string[]): Promise<Run> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [DEMO, "--once", "--no-build", ...options],
      { env },
      (_error, output, faults) => resolve({ code: child.exitCode, output: `${output}\n${faults}` }),
    );
  });
}

const stepsMarked = (sign: string, { output }: Run): string[] =>
  output
    .split("\n")
    .filter((line) => line.startsWith(sign))
    .map((line) => line.split(/\s+/)[1] ?? "");

describe("the story stops at the step that was sabotaged", () => {
  const runs = new Map<string, Run>();
  beforeAll(async () => {
    buildIfStale();
    const waiting = Object.keys(SABOTAGES);
    const play = async () => {
      for (let name = waiting.shift(); name; name = waiting.shift()) runs.set(name, await sabotage(name));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, play));
  }, 900_000);

  for (const [name, { noticedAt }] of Object.entries(SABOTAGES)) {
    it(`${name}: at “${noticedAt}”`, () => {
      const run = runs.get(name) ?? { code: null, output: "" };
      expect(stepsMarked("✗", run), run.output).toEqual([noticedAt]);
      expect(stepsMarked("✓", run)).toEqual(names.slice(0, names.indexOf(noticedAt)));
      expect(run.code).toBe(1);
    });
  }
});

it("every step can be sabotaged by its name", () => {
  expect(names.map((name) => findSabotage(name)?.noticedAt)).toEqual(names);
  for (const [name, sabotage] of Object.entries(SABOTAGES)) expect(findSabotage(name)).toBe(sabotage);
});

it("an unknown name is refused in a sentence before anything starts", async () => {
  const refused = async (...options: string[]) => {
    const { code, output } = await run(...options);
    expect(code).toBe(64);
    return output.trim();
  };
  const customers = async (few: string) =>
    expect(await refused("--customers", few)).toBe(
      `--customers must be a whole number from 1 to 100000, not "${few}".`,
    );
  const gremlins = async () => {
    const said = await refused("--sabotage", "gremlins");
    for (const name of ['There is no sabotage "gremlins".', ...Object.keys(SABOTAGES), ...names])
      expect(said).toContain(name);
  };
  await Promise.all([gremlins(), ...["abc", "0", "1.5", "1e9"].map(customers)]);
  expect(await refused("--sabotage", "constructor")).toContain('There is no sabotage "constructor".');
  expect(await refused("--twice")).toContain("Unknown option '--twice'.");
});
