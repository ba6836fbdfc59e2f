// A worker process for faulty.test.ts, in which a job of the faulty plugin loops without end.
import { registryOf } from "../../../app/plugins/installed.server.ts";
import { runJob } from "../../../app/plugins/running/jobs/runs.server.ts";
import { openGround, runProcess } from "../../../app/process.server.ts";
import { openShop } from "../../../app/shop.server.ts";
import { startWatchdog } from "../../../app/worker/watchdog.server.ts";
import { wholeOf } from "../kit/whole.ts";
import { faulty } from "./plugin.ts";

await runProcess(async (atEnd) => {
  await openGround(atEnd, ["APP_DATABASE_URL"]);
  atEnd(startWatchdog(1));
  const shop = await openShop(process.argv[2] ?? "");
  if (!shop) throw new Error("the shop is there");
  const job = (await registryOf(shop, wholeOf(faulty))).jobs["faulty/loops"]?.it;
  if (job) await runJob(shop, "faulty", "loops", job);
});
