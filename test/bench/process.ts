// Starts, measures and ends the processes of a bench.
import { spawn, type ChildProcess } from "node:child_process";
import { cpuOfTree } from "./cpu.ts";

const START_MS = 60_000;

export type Running = { port: number; pid: number; cpu(): number | null; stop(): Promise<void> };

/** Resolves when the process prints its port: `port N`, or the app's log line. A worker has no port. */
export function startServer(args: string[], env: Record<string, string>): Promise<Running> {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  return new Promise((resolve, reject) => {
    let said = "";
    const fail = (why: string) => reject(new Error(`${args.join(" ")} ${why}:\n${said.slice(-4000)}`));
    const patience = setTimeout(() => fail("did not start"), START_MS);
    const listen = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-100_000);
      const [, port] =
        /^port (\d+)$/m.exec(said) ?? /"port":(\d+|null),.*"msg":"(?:listening|working)"/.exec(said) ?? [];
      if (port === undefined) return;
      clearTimeout(patience);
      const pid = child.pid ?? 0;
      resolve({ port: Number(port) || 0, pid, cpu: () => cpuOfTree(pid), stop: () => end(child) });
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("exit", (code) => fail(`ended with ${code}`));
  });
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const patience = setTimeout(() => child.kill("SIGKILL"), 15_000);
  await gone;
  clearTimeout(patience);
}

export type Load = { acked: number; refused: number; distinct: number; seconds: number; p50: number; p99: number };

/** The sender is a process of its own, so that it takes no time from the process that it measures. */
export function sendLoad(args: (number | string)[], env: Record<string, string>): Promise<Load> {
  const child = spawn(process.execPath, ["test/bench/load-process.ts", ...args.map(String)], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.once("exit", (code) => {
      if (code === 0) resolve(JSON.parse(said) as Load);
      else reject(new Error(`the sender ended with ${code}`));
    });
  });
}
