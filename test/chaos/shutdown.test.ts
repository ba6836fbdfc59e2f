// SIGTERM under load, as a deployment sends it: work in progress is finished, and nothing is lost.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runOn } from "../../prisma/schema-engine.ts";
import { connectionUrls } from "../../prisma/urls.ts";
import { addShop } from "../dev-store/store.ts";
import { watchShop } from "../replay/applied.ts";
import { startStack, type AppProcess, type Stack } from "../setup/stack.ts";
import { writeHistory } from "./history.ts";
import { sendAll } from "./witness.ts";

const ONE = "one-process.myshopify.com";
const TWO = "two-processes.myshopify.com";
const STEPS = 500;
/** Supervisors kill a process after thirty seconds. */
const SOON_MS = 25_000;
const urls = () => connectionUrls({ DATABASE_URL: process.env["DATABASE_URL"] ?? "" });
const stacks: Stack[] = [];

async function startShop(domain: string, processes: "one" | "two"): Promise<Stack> {
  const stack = await startStack({ urls: urls(), processes, env: { LOG_LEVEL: "info" } });
  stacks.push(stack);
  await stack.install(addShop(stack.store, domain));
  return stack;
}

/** Waits until the worker is up: a SIGTERM before a process listens for it ends the process at once. */
async function working(worker: AppProcess): Promise<void> {
  while (!worker.log().includes('"working"') && worker.child.exitCode === null) await sleep(20);
}

let history: ReturnType<typeof writeHistory>;
beforeAll(() => {
  history = writeHistory([ONE, TWO], STEPS, 1);
});
afterAll(() => Promise.all(stacks.map((stack) => stack.stop())));

async function endIn(app: AppProcess, signal: NodeJS.Signals): Promise<number> {
  const began = performance.now();
  app.child.kill(signal);
  const code = await new Promise<number | null>((resolve) => app.child.once("exit", resolve));
  expect(code, app.log()).toBe(0);
  return performance.now() - began;
}

test.each([
  [ONE, "one", "SIGTERM"],
  [TWO, "two", "SIGINT"],
] as const)(
  "%s ends under load in order, within seconds, and no webhook is refused or lost",
  async (domain, processes, signal) => {
    const stack = await startShop(domain, processes);
    const webhooks = history.get(domain) ?? [];
    const options = { appUrl: stack.appUrl, secret: stack.store.config.apiSecret, lanes: 24, pauseMs: 5 };
    const sending = sendAll(webhooks, options);
    for (let deploys = 0; deploys < 3; deploys++) {
      if (stack.worker) await working(stack.worker);
      await sleep(400);
      const took = await Promise.all([
        endIn(stack.web, signal),
        ...(stack.worker ? [endIn(stack.worker, signal)] : []),
      ]);
      expect(Math.max(...took)).toBeLessThan(SOON_MS);
      stack.web = await stack.startWeb();
      if (stack.worker) stack.worker = await stack.startWorker();
    }
    const record = await sending;
    expect(record.refused, "no answer but 200").toEqual(new Map());
    const watch = await watchShop(urls().app, domain);
    await watch.settled(60_000);
    await watch.close();
    const inbox = await runOn(
      urls().owner,
      "select state, count(*)::int from inbox where shop_id = $1 and webhook_id like 'event-%' group by state",
      [domain],
    );
    expect(inbox).toEqual([{ state: "applied", count: webhooks.length }]);
  },
);
