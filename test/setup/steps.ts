// Runs commands side by side and prints one line each, with its seconds and, where it failed, what it said.
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";

export interface Step {
  name: string;
  command: string[];
  /** What the command prints is shown where it went well, too. */
  shows?: boolean;
}

const say = (line: string) => process.stdout.write(`${line}\n`);

/** The names of the steps that failed. The longest step comes first in the list, so that none waits for it at the end. */
export async function runSteps(steps: Step[]): Promise<string[]> {
  const waiting = [...steps];
  const failed: string[] = [];
  const worker = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) if (!(await runStep(step))) failed.push(step.name);
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker));
  return failed;
}

async function runStep({ name, command, shows = false }: Step): Promise<boolean> {
  const began = performance.now();
  const [program = "", ...options] = command;
  const child = spawn(program, options, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => {
    child.on("error", (error) => {
      output += error.message;
      resolve(1);
    });
    child.on("close", resolve);
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  say(`${code === 0 ? "ok  " : "FAIL"} ${name.padEnd(12)} ${seconds} s`);
  if (code !== 0 || shows) say(output.trimEnd());
  return code === 0;
}
