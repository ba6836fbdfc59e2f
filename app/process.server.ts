// A process of the app: it starts whole or says in a sentence why not, and ends gracefully when it is asked to.
import { setTimeout as sleep } from "node:timers/promises";
import { settleDatabase } from "../prisma/boot.ts";
import { bootFault } from "./boot-fault.ts";

/** What is to be let go of at the end. The last that was taken goes first. */
export type AtEnd = (letGo: () => Promise<unknown>) => void;

/** Longer than anything that is waited for; supervisors usually kill after thirty. */
const HURRY_MS = 25_000;

export async function runProcess(start: (atEnd: AtEnd) => Promise<void>): Promise<void> {
  const held: (() => Promise<unknown>)[] = [];
  const letGo = async () => {
    for (let last = held.pop(); last; last = held.pop()) await last();
  };
  const starting = start((each) => held.push(each));
  let ending = false;
  const end = async (code: number) => {
    if (ending) return;
    ending = true;
    void sleep(HURRY_MS, undefined, { ref: false }).then(() => process.exit(1));
    await starting.catch(() => undefined);
    await letGo().catch((error: unknown) => {
      say(bootFault(error));
      code = 1;
    });
    process.exit(code);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void end(0));
  try {
    await starting;
    await logFaults();
  } catch (error) {
    say(bootFault(error));
    await end(1);
  }
}

type Role = "APP_DATABASE_URL" | "DOOR_DATABASE_URL";

/** What every process stands on: settings that hold, a database that keeps what it commits in these roles, log, queue. */
export async function openGround(atEnd: AtEnd, roles: readonly Role[]) {
  // Loaded here, so that a setting that does not hold is told in a sentence.
  const { assertComplete, env, rereadSettings } = await import("./env.server.ts");
  assertComplete(env);
  const database = await settleDatabase();
  atEnd(database.stop);
  rereadSettings();
  const { assertSafeDatabase } = await import("./database-check.server.ts");
  await assertSafeDatabase(roles.map((role) => env[role]));
  const { closeDatabase } = await import("./db.server.ts");
  atEnd(closeDatabase);
  const { stopQueue } = await import("./queue.server.ts");
  atEnd(stopQueue);
  const { log } = await import("./log.server.ts");
  return { env, log };
}

const say = (line: string) => process.stderr.write(`${line}\n`);

/** Node would print an error whole, and a database's error quotes rows: personal data. */
async function logFaults(): Promise<void> {
  const { log } = await import("./log.server.ts");
  // A promise that a plugin left alone is no reason to end everybody's work.
  process.on("unhandledRejection", (error) => log.error({ err: error }, "a promise failed and nobody looked at it"));
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "the process ends: a fault that nobody handled");
    process.exit(1);
  });
}
