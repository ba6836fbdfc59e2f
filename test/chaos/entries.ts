// Starts the app's two processes as an operator does: with settings, from the project's folder.
import { spawn, type ChildProcess } from "node:child_process";
import path from "node:path";

export const PROJECT = path.resolve(import.meta.dirname, "../..");
export type Entry = "entry.web.ts" | "entry.worker.ts";
export const ENTRIES: Entry[] = ["entry.web.ts", "entry.worker.ts"];
export type Settings = { [name: string]: string };

/** All settings that production needs, except the database's. */
export const PRODUCTION: Settings = {
  HOST: "127.0.0.1",
  PORT: "0",
  SHOPIFY_API_KEY: "key",
  SHOPIFY_API_SECRET: "the-secret-of-the-app",
  SHOPIFY_APP_URL: "https://crm.example.com",
  ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64"),
};

export type Ended = { code: number | null; said: string };
export type Started = { child: ChildProcess; said(): string; ended: Promise<Ended> };

/** Starts a process with these settings only. */
export function start(entry: Entry, settings: Settings, folder = PROJECT): Started {
  const child = spawn(process.execPath, [path.join(folder, "app", entry)], {
    cwd: folder,
    env: { PATH: process.env["PATH"], NODE_ENV: "production", ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, said })));
  return { child, said: () => said, ended };
}

/** The port that the process logs when it is up. */
export async function portOf({ said, ended, child }: Started): Promise<number> {
  let over = false;
  void ended.then(() => (over = true));
  for (;;) {
    const port = /"port":(\d+)/.exec(said())?.[1];
    if (port !== undefined) return Number(port);
    if (over) throw new Error(`it ended with ${child.exitCode}: ${said()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
