// Runs commands side by side. Prints one line for each command with its seconds, and the output of a command that failed.
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";

export interface Step {
  name: string;
  command: string[];
  /** The command's output is also printed if the command succeeds. */
  shows?: boolean;
}

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Returns the names of the steps that failed. List the longest step first, so that it does not run alone at the end. */
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
