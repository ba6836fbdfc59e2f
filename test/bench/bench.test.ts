import { execFile } from "node:child_process";
import { expect, test } from "vitest";

const bench = (args: string[], settings: Record<string, string> = {}): Promise<{ exit: number | null; said: string }> =>
  new Promise((resolve) => {
    const env = { ...process.env, ...settings };
    const child = execFile(process.execPath, ["test/bench/bench.ts", ...args], { env }, (_, out, said) =>
      resolve({ exit: child.exitCode, said: out + said }),
    );
  });

test("medians need three rounds: fewer are refused before anything starts", async () => {
  for (const rounds of ["2", "0", "-1", "many"])
    expect(await bench(["ingest"], { BENCH_ROUNDS: rounds })).toEqual({
      exit: 64,
      said: `BENCH_ROUNDS must be a whole number from 3 to 100, not "${rounds}".\n`,
    });
});

test("an unknown bench is refused with the names of the known ones", async () => {
  for (const args of [[], ["everything"], ["constructor"], ["ingest", "replay"]])
    expect(await bench(args)).toEqual({
      exit: 64,
      said: "Name one bench.\nusage: npm run bench -- ingest|fairness|replay\n",
    });
});
