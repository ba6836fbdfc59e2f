// Delivers webhooks: keep-alive, a time limit of five seconds, and eight retries with the original body within four hours of
// store time. https://shopify.dev/docs/apps/build/webhooks/troubleshooting-webhooks

import { createHmac } from "node:crypto";
import { Agent, request } from "node:http";
import { performance } from "node:perf_hooks";
import { drawFaults } from "../faults.ts";
import type { Attempt, Delivery, Fault, FaultKind, Store } from "../model.ts";
import { closeOne } from "./outbox.ts";

/** Exponential with base 2, four hours in total. Shopify publishes the number and the total, not the steps. */
export const RETRY_DELAYS = Array.from({ length: 8 }, (_, index) => ((4 * 3600_000) / 255) * 2 ** index);
const BODIES_KEPT = 1000;
const LOG_KEPT = 200_000;
const DUPLICATE_AFTER = 1500;

const agents = new WeakMap<Store, Agent>();

export function enqueue(store: Store, delivery: Delivery): void {
  const { outbox } = store;
  outbox.log.push(delivery);
  if (outbox.log.length > LOG_KEPT) outbox.log.splice(0, LOG_KEPT / 10);
  outbox.open++;
  const faults = drawFaults(store, delivery.topic);
  if (faults.has("drop")) {
    delivery.state = "dropped";
    finish(store, delivery);
    return;
  }
  const slow = faults.get("slow")?.milliseconds ?? 0;
  const reorder = faults.get("reorder");
  const wait = slow + (reorder === undefined ? 0 : delayOf(delivery) * reorder.milliseconds);
  if (faults.has("duplicate")) sendAgainLater(store, delivery);
  if (wait > 0) store.clock.after(wait, () => queueUp(store, delivery));
  else queueUp(store, delivery);
}

/** Resumes webhooks after a restart. Those that waited for a retry are tried at once. */
export function resumeAll(store: Store, deliveries: Delivery[]): void {
  for (const delivery of deliveries) {
    store.outbox.log.push(delivery);
    store.outbox.open++;
    queueUp(store, delivery);
  }
}

/** Tries a webhook once more on request, if its body is kept. */
export function resend(store: Store, delivery: Delivery): boolean {
  if (delivery.body === null || delivery.state === "waiting" || delivery.state === "sending") return false;
  store.outbox.open++;
  queueUp(store, delivery);
  return true;
}

/** Stops deliveries: cuts off those in progress, and sends no waiting ones. */
export function closeOutbox(store: Store): void {
  store.outbox.closed = true;
  agents.get(store)?.destroy();
}

/** A different delay for each webhook, so that a later one overtakes an earlier one. */
function delayOf(delivery: Delivery): number {
  return parseInt(delivery.webhookId.slice(0, 4), 16) / 0xffff;
}

function sendAgainLater(store: Store, delivery: Delivery): void {
  const copy: Delivery = { ...delivery, attempts: [] };
  store.outbox.open++;
  store.outbox.log.push(copy);
  store.clock.after(DUPLICATE_AFTER, () => queueUp(store, copy));
}

function queueUp(store: Store, delivery: Delivery): void {
  delivery.state = "waiting";
  store.outbox.queue.push(delivery);
  pump(store);
}

function pump(store: Store): void {
  const { outbox } = store;
  const limit = store.config.webhookConcurrency ?? 32;
  while (!outbox.closed && outbox.sending < limit) {
    const delivery = outbox.queue.shift();
    if (delivery === undefined) return;
    outbox.sending++;
    delivery.state = "sending";
    void attempt(store, delivery).then((made) => {
      outbox.sending--;
      judge(store, delivery, made);
      pump(store);
    });
  }
}

function judge(store: Store, delivery: Delivery, made: Attempt): void {
  delivery.attempts.push(made);
  store.outbox.counts.attempts++;
  if (made.status !== null && made.status >= 200 && made.status < 300) {
    delivery.state = "delivered";
    finish(store, delivery);
    return;
  }
  const delay = RETRY_DELAYS[delivery.attempts.length - 1];
  if (delay === undefined) {
    delivery.state = "failed";
    finish(store, delivery);
    return;
  }
  delivery.state = "waiting";
  store.clock.after(delay, () => queueUp(store, delivery));
}

const done: WeakMap<Store, Delivery[]> = new WeakMap();

function finish(store: Store, delivery: Delivery): void {
  const { state } = delivery;
  if (state === "delivered" || state === "failed" || state === "dropped") store.outbox.counts[state]++;
  const kept = done.get(store) ?? [];
  done.set(store, kept);
  kept.push(delivery);
  if (kept.length >= 2 * BODIES_KEPT) {
    for (const old of kept.splice(0, BODIES_KEPT)) old.body = null;
  }
  closeOne(store.outbox);
}

async function attempt(store: Store, delivery: Delivery): Promise<Attempt> {
  const faults = drawFaults(store, delivery.topic);
  const at = store.clock.now().toISOString();
  const started = performance.now();
  const answer = refusal(faults) ?? (await postOnFreshSocket(store, delivery).catch(toError));
  const milliseconds = Math.round(performance.now() - started);
  return typeof answer === "number"
    ? { at, status: answer, error: null, milliseconds }
    : { at, status: null, error: answer, milliseconds };
}

/** The status of a fault that answers in the app's place. Null: the app answers. */
function refusal(faults: Map<FaultKind, Fault>): number | null {
  if (faults.has("429")) return 429;
  return faults.has("5xx") ? 503 : null;
}

function toError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** If the app closed a kept socket at this moment, the delivery has not failed. */
async function postOnFreshSocket(store: Store, delivery: Delivery): Promise<number> {
  try {
    return await post(store, delivery);
  } catch (error) {
    if (!(error instanceof StaleSocket) || store.outbox.closed) throw error;
    return await post(store, delivery);
  }
}

class StaleSocket extends Error {}

function post(store: Store, delivery: Delivery): Promise<number> {
  const body = delivery.body ?? Buffer.alloc(0);
  const target = addressOf(store, delivery.uri);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      target,
      { method: "POST", agent: agentOf(store), headers: headersOf(store, delivery, body) },
      (incoming) => {
        incoming.resume();
        incoming.on("end", () => settle(() => resolve(incoming.statusCode ?? 0)));
        incoming.on("error", (error) => settle(() => reject(error)));
      },
    );
    const limit = setTimeout(() => outgoing.destroy(new Error("timed out")), store.config.webhookTimeout ?? 5000);
    const settle = (how: () => void): void => {
      clearTimeout(limit);
      how();
    };
    outgoing.on("error", (error: NodeJS.ErrnoException) => {
      const stale = outgoing.reusedSocket && error.code === "ECONNRESET";
      settle(() => reject(stale ? new StaleSocket("the kept connection was closed") : error));
    });
    outgoing.end(body);
  });
}

function agentOf(store: Store): Agent {
  let agent = agents.get(store);
  if (agent === undefined) {
    agent = new Agent({ keepAlive: true, maxSockets: store.config.webhookConcurrency ?? 32 });
    agents.set(store, agent);
  }
  return agent;
}

/** Replaces the app's public origin by where the app listens. Another URL is unchanged. */
function addressOf(store: Store, uri: string): URL {
  const url = new URL(uri, store.app.applicationUrl || store.config.appUrl);
  const isOurs = uri.startsWith("/") || url.origin === new URL(store.app.applicationUrl || store.config.appUrl).origin;
  return isOurs ? new URL(url.pathname + url.search, store.config.appUrl) : url;
}

function headersOf(store: Store, delivery: Delivery, body: Buffer): Record<string, string | number> {
  return {
    "Content-Type": "application/json",
    "Content-Length": body.length,
    "User-Agent": "Shopify-Captain-Hook",
    "X-Shopify-Topic": delivery.topic,
    "X-Shopify-Hmac-Sha256": createHmac("sha256", store.config.apiSecret).update(body).digest("base64"),
    "X-Shopify-Shop-Domain": delivery.shop,
    "X-Shopify-API-Version": store.app.apiVersion,
    "X-Shopify-Webhook-Id": delivery.webhookId,
    "X-Shopify-Triggered-At": delivery.triggeredAt,
    "X-Shopify-Event-Id": delivery.eventId,
    ...(delivery.name === null ? {} : { "X-Shopify-Name": delivery.name }),
  };
}
