// Starts a process of the app, or prints in a sentence why it cannot start. Ends the process gracefully on SIGTERM and SIGINT.
import { setTimeout as sleep } from "node:timers/promises";
import { settleDatabase } from "../prisma/boot.ts";
import { bootFault } from "./boot-fault.ts";

/** Registers what to release at the end, in reverse order of registration. */
export type AtEnd = (release: () => Promise<unknown>) => void;

/** Longer than each release takes, and shorter than the thirty seconds after which supervisors usually kill. */
const SHUTDOWN_MS = 25_000;

export async function runProcess(start: (atEnd: AtEnd) => Promise<void>): Promise<void> {
  const held: (() => Promise<unknown>)[] = [];
  const releaseAll = async () => {
    for (let last = held.pop(); last; last = held.pop()) await last();
  };
  const starting = start((each) => held.push(each));
  let ending = false;
  const end = async (code: number) => {
    if (ending) return;
    ending = true;
    void sleep(SHUTDOWN_MS, undefined, { ref: false }).then(() => process.exit(1));
    await starting.catch(() => undefined);
    await releaseAll().catch((error: unknown) => {
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

/** Checks the settings and the database for these roles, and opens what every process needs: database, queue and log. */
export async function openGround(atEnd: AtEnd, roles: readonly Role[]) {
  // Imported here, so that `runProcess` prints a wrong setting as a sentence.
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

/** Logs errors that nobody handled. Node would print such an error whole, and a database error quotes rows. */
async function logFaults(): Promise<void> {
  const { log } = await import("./log.server.ts");
  // The process goes on: the promise may be a plugin's, and other shops' work must not end.
  process.on("unhandledRejection", (error) => log.error({ err: error }, "a promise was rejected and not handled"));
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "the process ends because of an error that was not handled");
    process.exit(1);
  });
}
