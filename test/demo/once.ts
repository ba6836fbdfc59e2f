// Plays the whole story once on a new database and a new store, and prints one line per step. Both are dropped at the end.
import { ensurePostgres } from "../../prisma/embedded.ts";
import { createTestDatabase, prepareTemplate, type TestDatabase } from "../setup/database/database.ts";
import { playStory, type Played } from "./story/play.ts";
import type { Sabotage } from "./story/sabotage.ts";
import { setStage, type Stage } from "./story/stage.ts";

export type OnceOptions = { customers: number; sabotage: Sabotage | null };

const TIMEOUT_MS = 60_000;
const LOG_LINES = 15;

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Returns the exit code: 0 if every step happened, else 1. */
export async function playOnce({ customers, sabotage }: OnceOptions): Promise<number> {
  const began = performance.now();
  const database = await openFreshDatabase();
  try {
    const stage = await setStage({
      urls: database.urls,
      customers,
      timeoutMs: TIMEOUT_MS,
      ...(sabotage?.env ? { env: sabotage.env } : {}),
    });
    // The browser takes a moment to start, and only the step `answered` needs it.
    if (!sabotage) void stage.browser().catch(() => undefined);
    say(
      `  set up in ${since(began)}: a store with ${stage.shop.customers.size} customers and ${stage.shop.orders.size} orders, the app and its worker`,
    );
    const failed = await playStory(stage, tell, sabotage).finally(() => stage.close());
    if (failed) tellLogs(stage);
    say(failed ? `  the story stopped at “${failed.name}”` : `  the whole story in ${since(began)}`);
    return failed ? 1 : 0;
  } finally {
    await database.drop();
  }
}

const since = (began: number): string => `${((performance.now() - began) / 1000).toFixed(1)} s`;

function tell(played: Played): void {
  const name = played.name.padEnd(10);
  say(played.ok ? `✓ ${name} ${played.seen} (${played.seconds.toFixed(1)} s)` : `✗ ${name} ${played.reason}`);
}

function tellLogs({ stack }: Stage): void {
  for (const [name, process] of [
    ["web", stack.web],
    ["worker", stack.worker],
  ] as const) {
    const lines = process?.log().trimEnd().split("\n").filter(Boolean).slice(-LOG_LINES) ?? [];
    if (lines.length > 0)
      say(`  the last log lines of the app's ${name} process:\n${lines.map((line) => `    ${line}`).join("\n")}`);
  }
}

/** Uses the test run's server, else the server of DATABASE_URL, else the embedded server. */
async function openFreshDatabase(): Promise<TestDatabase> {
  const given = process.env["TEST_SERVER_URL"] || process.env["DATABASE_URL"];
  const server = given ? { url: given, stop: async () => undefined } : await ensurePostgres();
  await prepareTemplate(server.url);
  const database = await createTestDatabase(server.url);
  return {
    urls: database.urls,
    async drop() {
      await database.drop();
      await server.stop();
    },
  };
}
