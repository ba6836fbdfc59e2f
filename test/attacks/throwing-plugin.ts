// A process of the app with a plugin whose errors quote personal data, in the usual forms. Used by logs.test.ts.
import { registry } from "../../app/plugins/installed.server.ts";
import { runGuarded } from "../../app/plugins/running/guard.server.ts";
import { log } from "../../app/log.server.ts";
import { runProcess } from "../../app/process.server.ts";
import { openShop } from "../../app/shop.server.ts";

const [, , domain = "", word = "", way = ""] = process.argv;

await runProcess(async () => {
  const shop = await openShop(domain);
  if (!shop) throw new Error("the shop is there");
  const [plugin] = registry.plugins;
  const fault = Object.assign(new Error(`${word}\n    at ${word}`), {
    detail: `Key (email)=(${word})`,
    customer: { word },
  });
  await runGuarded(shop, plugin?.name ?? "", "job", () => Promise.reject(fault));
  shop.log.error({ err: fault, email: word, customer: { email: word, phone: word } }, "given by mistake");
  log.warn({ deep: { in: [{ what: `asked by ${word}` }] } }, `given to ${word}, +447911123456`);
  log.info("failed");
  setTimeout(() => {
    if (way === "throws") throw fault;
    if (way === "rejects") void Promise.reject(fault);
  }, 50);
  setTimeout(() => process.exit(0), 500);
});
