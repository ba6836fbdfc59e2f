// A worker process in which a plugin's job, a plugin's attribute or our own code blocks the event loop. Used by watchdog.test.ts.
import { setTimeout as sleep } from "node:timers/promises";
import { runGuarded } from "../../app/plugins/running/guard.server.ts";
import { registry } from "../../app/plugins/installed.server.ts";
import { openGround, runProcess } from "../../app/process.server.ts";
import { isFunction } from "../../app/segments/attribute.server.ts";
import { openShop } from "../../app/shop.server.ts";
import { startWatchdog } from "../../app/worker/watchdog.server.ts";

const [, , domain = "", way = ""] = process.argv;

const forSeconds = (seconds: number) => {
  const until = Date.now() + seconds * 1000;
  while (Date.now() < until);
  return new Date();
};

await runProcess(async (atEnd) => {
  const { log } = await openGround(atEnd, ["APP_DATABASE_URL"]);
  atEnd(startWatchdog(2));
  const shop = await openShop(domain);
  if (!shop) throw new Error("the shop is there");
  await sleep(1000);
  if (way === "ours")
    forSeconds(8); // Until the thread has looked, on a busy machine too.
  else if (way === "attribute") {
    const tier = registry.attributes["loyalty_tier"];
    if (!tier || isFunction(tier)) throw new Error("loyalty has an attribute");
    tier.sql({
      timeZone: "UTC",
      get now() {
        return forSeconds(30);
      },
    });
  } else {
    const looping = { ...shop, now: () => forSeconds(30) };
    await runGuarded(shop, "loyalty", "recount", async () => registry.jobs["loyalty/recount"]?.it.run(looping));
  }
  await sleep(500);
  log.info("went on");
  process.kill(process.pid, "SIGTERM");
});
