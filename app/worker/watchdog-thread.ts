// The thread of watchdog.server.ts. It shares nothing with the main thread, which may hang: it has its own database connection, and
// writes its own log lines.
import fs from "node:fs";
import { type Debugger, Session } from "node:inspector";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import pg from "pg";
import { MARK_LOOP, SWITCH_OFF } from "../plugins/running/switch-off.ts";
import type { Note, Work } from "../plugins/running/under-way.server.ts";
import type { Watched } from "./watchdog.server.ts";

const { beat, limitSeconds, url, processName } = workerData as Watched;
const root = path.resolve(import.meta.dirname, "../..") + path.sep;
/** Through these files the core calls every plugin. */
const CALLERS = "app/plugins/contract/contributions/";
const PLUGIN = /^app\/plugins\/(?!(?:contract|running)\/)([a-z][a-z0-9-]*)\//;
/** For the debugger to pause the main thread, and for the database to switch the plugin off. */
const TIMEOUT_MS = 5000;

const counter = new Int32Array(beat);
const works = new Map<number, Work>();
parentPort?.on("message", ({ id, work }: Note) => {
  if (work) works.set(id, work);
  else works.delete(id);
});

// Connected at the start: a main thread that hangs accepts no new session.
const session = new Session();
session.connectToMainThread();
/** Files by script id: a call frame has only the id. */
const scripts = new Map<string, string>();
session.on("Debugger.scriptParsed", ({ params }) => scripts.set(params.scriptId, params.url));

// Counts this thread's own seconds, not the clock's: a machine that slept did not hang.
let still = 0;
let seen = -1;
setInterval(() => {
  const now = Atomics.load(counter, 0);
  still = now === seen ? still + 1 : 0;
  seen = now;
  if (still === limitSeconds) void look();
}, 1000);

async function look(): Promise<void> {
  const places = await placesOf();
  const own = places.find((each) => PLUGIN.test(each));
  const plugin = PLUGIN.exec(own ?? "")?.[1] ?? onlyOneAtWork(places);
  const outside = plugin === undefined ? undefined : places.find((each) => !each.startsWith("app/"));
  const place = own ?? outside ?? places[0] ?? "a place that is not known";
  if (plugin === undefined) {
    say(40, { place }, `nothing else has run for ${limitSeconds} s`);
    return;
  }
  const under = [...works.values()].filter((work) => work.plugin === plugin);
  const shops = [...new Set(under.map(({ shop }) => shop))];
  say(60, { plugin, place, shops }, "the process ends: a plugin let nothing else run, and is switched off");
  const fault = `${under[0]?.what ?? "attribute"}: let nothing else run for ${limitSeconds} s at ${place}`;
  await Promise.race([switchOff(plugin, shops, fault), sleep(TIMEOUT_MS)]).catch((error: Error) =>
    say(50, { plugin, code: (error as { code?: string }).code }, "a plugin could not be switched off"),
  );
  process.kill(process.pid, "SIGKILL");
}

/** The only plugin that is running and has no folder of its own here. Undefined if several plugins are running. */
function onlyOneAtWork(places: string[]): string | undefined {
  const plugins = new Set([...works.values()].map(({ plugin }) => plugin));
  return plugins.size === 1 && places.some((place) => place.startsWith(CALLERS)) ? [...plugins][0] : undefined;
}

/** The lines of our code that the main thread is executing, the innermost first. */
async function placesOf(): Promise<string[]> {
  const paused = new Promise<Debugger.CallFrame[]>((resolve) =>
    session.once("Debugger.paused", ({ params }) => resolve(params.callFrames)),
  );
  session.post("Debugger.enable", () => session.post("Debugger.pause"));
  const frames = await Promise.race([paused, sleep(TIMEOUT_MS, [] as Debugger.CallFrame[])]);
  // Lets the main thread run on.
  session.post("Debugger.disable");
  return frames
    .map(({ location: { scriptId, lineNumber } }) => ({
      file: (scripts.get(scriptId) ?? "").replace(/^file:\/\//, ""),
      line: lineNumber + 1,
    }))
    .filter(({ file }) => file.startsWith(root) && !file.includes("/node_modules/"))
    .map(({ file, line }) => `${file.slice(root.length)}:${line}`);
}

/** Switches the plugin off in the shops for which it runs. If these are unknown, as for an attribute, in all shops. */
async function switchOff(plugin: string, known: string[], fault: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: TIMEOUT_MS });
  client.on("error", () => undefined);
  await client.connect();
  const all = "select id from shop where uninstalled_at is null";
  const shops = known.length > 0 ? known : (await client.query<{ id: string }>(all)).rows.map(({ id }) => id);
  for (const shop of shops) {
    await client.query("begin");
    await client.query(`SET LOCAL app.shop = ${pg.escapeLiteral(shop)}`);
    for (const statement of SWITCH_OFF) await client.query(statement, [shop, plugin]);
    await client.query(MARK_LOOP, [shop, plugin, fault]);
    await client.query("commit");
  }
  await client.end();
}

/** Writes a line in pino's format. Pino is not used, since a thread's stdout goes through the main thread, which hangs. */
function say(level: number, facts: object, msg: string): void {
  fs.writeSync(1, `${JSON.stringify({ level, time: Date.now(), process: processName, ...facts, msg })}\n`);
}
