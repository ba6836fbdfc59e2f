// The door of the web pixel's events, over HTTP, in this process.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { openPixelDoor, type PixelDoorOptions } from "../../app/customers/activity/pixel/door.server.ts";
import { writeAccount, writeAnswer } from "../../app/shopify/web-pixel/state.server.ts";
import type { Shop } from "../../app/shop.server.ts";
import { BROWSER } from "./dev-shop.ts";

export type PixelServer = Awaited<ReturnType<typeof openPixelServer>>;
type Sent = { name?: string } & Record<string, unknown>;

/** An event as the pixel sends it. */
export const pixelEvent = (more: Sent = {}): Sent => ({
  id: `sh-${randomUUID()}`,
  client: "browser-1",
  at: new Date().toISOString(),
  name: "offer.seen",
  offer: "offer-00001",
  ...more,
});

/** Gives the shop a pixel, as if Shopify had it, and returns the pixel's account. */
export async function givePixel(shop: Shop): Promise<string> {
  const account = `account-of-${shop.id.replaceAll(".", "-")}`;
  await writeAccount(shop, account);
  await writeAnswer(shop, null);
  return account;
}

export async function openPixelServer(options: PixelDoorOptions = {}) {
  const door = openPixelDoor(options);
  const server = createServer((request, response) => door.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/pixel`;
  const post = (body: string | Buffer, headers: Record<string, string> = {}, method = "POST") =>
    fetch(url, {
      method,
      headers: { "user-agent": BROWSER, origin: "null", ...headers },
      ...(method === "POST" ? { body: typeof body === "string" ? body : new Uint8Array(body) } : {}),
    });
  return {
    url,
    post,
    /** Sends events of the shop's pixel, and returns the status of the answer. */
    async send(shop: Pick<Shop, "id">, account: string, ...events: Sent[]): Promise<number> {
      const response = await post(JSON.stringify({ shop: shop.id, account, events }));
      await response.arrayBuffer();
      return response.status;
    },
    async close() {
      await door.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
