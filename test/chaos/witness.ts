// A client that behaves as Shopify: it signs webhooks, repeats those that were not answered 200, and keeps its own record of the
// answers, outside the app.
import { createHmac } from "node:crypto";
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Webhook } from "./history.ts";

export type Record = {
  acknowledged: Webhook[];
  /** Answers other than 200, by status. */
  refused: Map<number, number>;
  /** Connections that were cut or refused, and answers that did not arrive in time. */
  cut: number;
};

export type SendOptions = {
  appUrl: string;
  secret: string;
  /** Webhooks in progress at the same time. */
  lanes: number;
  /** The pause between two webhooks of a lane. */
  pauseMs: number;
};

const PATIENCE_MS = 5000;
const AGAIN_MS = 50;

/** Resolves when every webhook was answered 200. A webhook that was not goes to the end of the queue, so others overtake it. */
export async function sendAll(webhooks: readonly Webhook[], options: SendOptions): Promise<Record> {
  const record: Record = { acknowledged: [], refused: new Map(), cut: 0 };
  const queue = [...webhooks];
  const agent = new Agent({ keepAlive: true, maxSockets: options.lanes });
  const lane = async () => {
    for (let webhook = queue.shift(); webhook; webhook = queue.shift()) {
      const status = await post(webhook, options, agent).catch(() => null);
      if (status === 200) record.acknowledged.push(webhook);
      else {
        queue.push(webhook);
        if (status === null) record.cut += 1;
        else record.refused.set(status, (record.refused.get(status) ?? 0) + 1);
      }
      await sleep(status === 200 ? options.pauseMs : AGAIN_MS);
    }
  };
  await Promise.all(Array.from({ length: options.lanes }, lane));
  agent.destroy();
  return record;
}

function post(webhook: Webhook, { appUrl, secret }: SendOptions, agent: Agent): Promise<number> {
  const { shop, topic, eventId, triggeredAt, body } = webhook;
  const headers = {
    "content-type": "application/json",
    "content-length": body.length,
    "x-shopify-topic": topic,
    "x-shopify-shop-domain": shop,
    "x-shopify-hmac-sha256": createHmac("sha256", secret).update(body).digest("base64"),
    "x-shopify-event-id": eventId,
    "x-shopify-webhook-id": `${eventId}-${topic}`,
    "x-shopify-triggered-at": triggeredAt,
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(`${appUrl}/webhooks`, { method: "POST", agent, headers }, (answer) => {
      answer
        .on("error", reject)
        .on("end", () => resolve(answer.statusCode ?? 0))
        .resume();
    });
    outgoing.setTimeout(PATIENCE_MS, () => outgoing.destroy(new Error("no answer in time")));
    outgoing.on("error", reject).end(body);
  });
}
