// The whole story on a database and a store of its own, a line per step; nothing stays.
import { ensurePostgres } from "../../prisma/embedded.ts";
import { createTestDatabase, prepareTemplate, type TestDatabase } from "../setup/database.ts";
import { playStory, type Played } from "./story/play.ts";
import type { Sabotage } from "./story/sabotage.ts";
import { setStage, type Stage } from "./story/stage.ts";

export type OnceOptions = { customers: number; sabotage: Sabotage | null };

const PATIENCE_MS = 60_000;
const LOG_LINES = 15;

const say = (line: string) => process.stdout.write(`${line}\n`);

/** The exit code: 0 when all happened. */
export async function playOnce({ customers, sabotage }: OnceOptions): Promise<number> {
  const began = performance.now();
  const database = await openFreshDatabase();
  try {
    const stage = await setStage({
      urls: database.urls,
      customers,
      patienceMs: PATIENCE_MS,
      ...(sabotage?.env ? { env: sabotage.env } : {}),
    });
    // It takes a moment, and is needed at one step only.
    if (!sabotage) void stage.browser().catch(() => undefined);
    say(
      `  set up in ${since(began)}: a store with ${stage.shop.customers.size} customers and ${stage.shop.orders.size} orders, the app and its worker`,
    );
    const failed = await playStory(stage, tell, sabotage).finally(() => stage.close());
    if (failed) tellLogs(stage);
    say(failed ? `  the story broke off at “${failed.name}”` : `  the whole story in ${since(began)}`);
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
    if (lines.length > 0) say(`  last words of the app's ${name}:\n${lines.map((line) => `    ${line}`).join("\n")}`);
  }
}

/** On the server of DATABASE_URL, else on the embedded one; within a test run on the run's. */
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
