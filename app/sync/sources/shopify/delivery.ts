// How Shopify delivers a webhook: its signature and its headers.
// https://shopify.dev/docs/apps/build/webhooks/verify-deliveries
import type { IncomingMessage } from "node:http";
import type { Arrival } from "../../inbox/pack.ts";
import { PLATFORM } from "../../connection.ts";
import type { Delivery } from "../../source.ts";
import { signatureCheck } from "./hmac.ts";
import { shopifyReader } from "./reading/topics.ts";

/**
 * Every webhook is a JSON object and begins with `{`. Shopify signs other texts with the same secret, and visitors write parts
 * of these texts: the query of an app proxy, the query of the admin's frame, session tokens. No such text begins with `{`.
 */
const BRACE = "{".charCodeAt(0);
const SHOP = /^[a-z0-9][a-z0-9-]{0,200}\.myshopify\.com$/;
const TOPIC = /^[a-z][a-z0-9_./-]{0,99}$/;
const ID = /^[\x21-\x7e]{1,100}$/;
const AFTER_UNINSTALL = new Set(["app/uninstalled", "customers/data_request", "customers/redact", "shop/redact"]);

/** `secrets`: the app's secret, and the previous secret while the secret changes. */
export function shopifyDelivery(secrets: readonly string[]): Delivery {
  const isSigned = signatureCheck(secrets);
  return {
    hasSignature: (request) => header(request, "hmac-sha256") !== undefined,
    isSigned: (request, body) => isSigned(body, header(request, "hmac-sha256")),
    isPlausible: (body) => body[0] === BRACE,
    arrivalOf,
    afterUninstall: AFTER_UNINSTALL,
  };
}

/** Reads both names of a header, since Shopify is renaming its headers. Undefined where the header has two different values. */
function header(request: IncomingMessage, name: string): string | undefined {
  const given = [`x-shopify-${name}`, `shopify-${name}`].flatMap((spelling) => request.headersDistinct[spelling] ?? []);
  const [value, ...more] = new Set(given);
  return more.length === 0 ? value : undefined;
}

/**
 * One action of a merchant has one event id, and may send several webhooks of one topic. The key therefore has a part of the
 * body's signature too, so that only an equal body is a duplicate.
 */
function arrivalOf(request: IncomingMessage, body: Buffer): Arrival | null {
  const shop = header(request, "shop-domain")?.toLowerCase() ?? "";
  const topic = header(request, "topic")?.toLowerCase() ?? "";
  if (!SHOP.test(shop) || !TOPIC.test(topic)) return null;
  const webhookId = header(request, "webhook-id") ?? "";
  const eventId = header(request, "event-id") ?? "";
  const signature = header(request, "hmac-sha256") ?? "";
  const id = ID.test(eventId) ? eventId : ID.test(webhookId) ? webhookId : "";
  return {
    shop,
    source: shopifyReader.name,
    connection: PLATFORM,
    topic,
    key: id ? `${id}:${signature.slice(0, 16)}` : signature,
    webhookId: ID.test(webhookId) ? webhookId : null,
    triggeredAt: readMoment(header(request, "triggered-at")),
    body,
  };
}

/** A later time is ignored: a webhook dated in the year 9999 would count as newer than every later webhook. */
const LATEST_MOMENT = Date.UTC(2200, 0, 1);

/** Null for a text that is not a time, so that one unreadable header does not hold up the batch. */
function readMoment(text: string | undefined): string | null {
  const at = Date.parse(text ?? "");
  return at > 0 && at < LATEST_MOMENT ? new Date(at).toISOString() : null;
}
