// One of several processes in install.test.ts: node install-process.ts SHOP [ID_TOKEN]
import { closeDatabase } from "../../../app/db.server.ts";
import { installShop } from "../../../app/shopify/installation.server.ts";
import { stopQueue } from "../../../app/queue.server.ts";
import { accessToken } from "../../../app/shopify/tokens.server.ts";

const [, , shop = "", idToken] = process.argv;
const tokens = await Promise.all(Array.from({ length: 10 }, () => accessToken(shop, { idToken })));
if (idToken) await installShop(shop, { idToken });
process.stdout.write([...new Set(tokens)].join(","));
await stopQueue();
await closeDatabase();
