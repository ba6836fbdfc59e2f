// Starts the whole product on this machine: the dev store, and the app as the same processes as in production.
import { spawn, type ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { frameUrl } from "../dev-store/admin/frame.ts";
import { installApp } from "../dev-store/commands/app.ts";
import type { ShopState } from "../dev-store/model.ts";
import { appJobs } from "./app-jobs.ts";
import { startStore, type RunningStore } from "../dev-store/server.ts";
import type { ConnectionUrls } from "../../prisma/urls.ts";

export const PROJECT = path.resolve(import.meta.dirname, "../..");
const BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/147.0.0.0 Safari/537.36";
const READY_MS = 60_000;
const STOP_MS = 20_000;

export type AppProcess = { child: ChildProcess; log: () => string; stop(): Promise<void>; kill(): Promise<void> };

export type Stack = RunningStore & {
  /** The address at which the app itself listens. */
  appUrl: string;
  web: AppProcess;
  /** Null if the web process runs the worker too. */
  worker: AppProcess | null;
  startWeb(): Promise<AppProcess>;
  startWorker(): Promise<AppProcess>;
  /** Installs the app as a merchant does: grants the app and opens it once. */
  install(shop: ShopState): Promise<void>;
  stop(): Promise<void>;
};

export type StackOptions = {
  urls: ConnectionUrls;
  /** One process for web and worker, or two. */
  processes?: "one" | "two" | "web";
  storePort?: number;
  tunnelPort?: number;
  appPort?: number;
  clockSpeed?: number;
  bulkStart?: number;
  snapshot?: string;
  /** The folder of the app: this project's, or a copy of it. */
  project?: string;
  env?: Record<string, string>;
};

/** The same key in every run, so that a demo that continues can read what the previous run encrypted. */
const SECRET = "dev-store-secret-of-this-machine";
const ENCRYPTION_KEY = Buffer.from("the-demo-key-is-not-for-real-use").toString("base64");

/** The URLs of this test file's database. */
export function urlsOfTest(): ConnectionUrls {
  const { DATABASE_URL = "", APP_DATABASE_URL = "", DOOR_DATABASE_URL = "" } = process.env;
  return { owner: DATABASE_URL, app: APP_DATABASE_URL, door: DOOR_DATABASE_URL };
}

export async function startStack(options: StackOptions): Promise<Stack> {
  const appPort = options.appPort ?? (await freePort());
  const appUrl = `http://127.0.0.1:${appPort}`;
  const running = await startStore({
    port: options.storePort ?? 0,
    tunnelPort: options.tunnelPort ?? 0,
    appUrl,
    apiKey: "",
    apiSecret: SECRET,
    projectDir: PROJECT,
    clockSpeed: options.clockSpeed ?? 1,
    appJobs: appJobs(options.urls.app),
    ...(options.snapshot ? { snapshot: options.snapshot } : {}),
    ...(options.bulkStart ? { bulkStart: options.bulkStart } : {}),
  });
  const env = {
    ...process.env,
    NODE_ENV: "production" as const,
    HOST: "127.0.0.1",
    PORT: String(appPort),
    APP_DATABASE_URL: options.urls.app,
    DOOR_DATABASE_URL: options.urls.door,
    SHOPIFY_API_KEY: running.store.config.apiKey,
    SHOPIFY_API_SECRET: SECRET,
    SHOPIFY_APP_URL: running.tunnelUrl,
    ENCRYPTION_KEY,
    DEV_STORE_URL: running.url,
    LOG_LEVEL: "warn",
    ...options.env,
  };
  const processes = options.processes ?? "one";
  const project = options.project ?? PROJECT;
  const startWeb = async () => {
    const web = launch(project, "app/entry.web.ts", processes === "one" ? ["--with-worker"] : [], env);
    await answers(`${appUrl}/healthz`, web);
    return web;
  };
  const startWorker = async () => launch(project, "app/entry.worker.ts", [], env);
  const web = await startWeb().catch(async (error: unknown) => {
    await running.close();
    throw error;
  });
  const stack: Stack = {
    ...running,
    appUrl,
    web,
    worker: processes === "two" ? await startWorker() : null,
    startWeb,
    startWorker,
    install: (shop) => install(running, shop),
    async stop() {
      await Promise.all([stack.web.stop(), stack.worker?.stop()]);
      await running.close();
    },
  };
  return stack;
}

const preload = (file: string) => ["--import", path.join(PROJECT, file)];

/** Node options that make a process record what its statements return, if this run records it. */
export const recorder = () => (process.env["ROWS_SEEN"] ? preload("test/setup/row-types/record.ts") : []);

function launch(project: string, entry: string, args: string[], env: NodeJS.ProcessEnv): AppProcess {
  const options = [...preload("test/dev-store/preload.ts"), ...recorder()];
  const child = spawn(process.execPath, [...options, path.join(project, entry), ...args], {
    cwd: project,
    env,
    // When this process ends in any way, the channel closes, and the preload then ends the child process.
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-100_000)));
  }
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const patience = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    await gone;
    clearTimeout(patience);
  };
  return { child, log: () => said, stop: () => end("SIGTERM"), kill: () => end("SIGKILL") };
}

async function answers(url: string, app: AppProcess): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline) {
    if (app.child.exitCode !== null) break;
    const reply = await fetch(url).catch(() => null);
    if (reply?.ok) return;
    await sleep(50);
  }
  await app.kill();
  throw new Error(`the app did not start:\n${app.log()}`);
}

/** Installs the app as the admin does: grants the app, and then opens the app's frame. */
async function install(running: RunningStore, shop: ShopState): Promise<void> {
  installApp(running.store, shop);
  const reply = await fetch(frameUrl(running.store, shop, "/"), { headers: { "user-agent": BROWSER } });
  if (!reply.ok)
    throw new Error(`the app's first page answered ${reply.status}: ${(await reply.text()).slice(0, 500)}`);
  await reply.arrayBuffer();
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
