// THE CONTRACT: what a plugin may add. Built-ins obey it too. Words are keys of the plugin's own locales/ folder.
import type { Card } from "../analytics/card.ts";
import type { Fields } from "../fields.ts";
import type { OfferKind } from "../offers/offer-kind.ts";
import type { AttributeMap } from "../segments/attribute.server.ts";
import type { Shop } from "../shop.server.ts";
import type { QuestionKind } from "../surveys/question-kind.ts";
import type { Payloads } from "../sync/webhook.ts";

/** At least once, in no promised order: make it idempotent. Runs after the core has applied the webhook. */
export type WebhookHandlers = { [T in keyof Payloads]?: (shop: Shop, payload: Payloads[T]) => Promise<void> };

/**
 * The shop that a plugin is given has the plugin's own way to the database: `shop.db.tx` takes a connection of the plugins',
 * and is given up after 8 seconds of a handler, 60 of a job, or 5 between two statements. Await all that it does.
 */
export type Job = {
  /** Five fields, in the shop's own time zone. */
  cron: string;
  run(shop: Shop): Promise<void>;
};

export type Plugin<F extends Fields = Fields> = {
  /** Lower-case letters, digits, `-`; also the name of its folder. */
  name: string;
  label: string;
  description: string;
  /** Topics and scopes beyond the app's own. Where shopify.app.toml lacks one, the app does not start and says what to paste. */
  topics?: readonly string[];
  scopes?: readonly string[];
  /** Set per shop on the plugin's page. */
  settings?: F;
  attributes?: AttributeMap;
  webhooks?: WebhookHandlers;
  offerKinds?: Record<string, OfferKind>;
  questionKinds?: Record<string, QuestionKind>;
  cards?: Record<string, Card>;
  jobs?: Record<string, Job>;
};

export const definePlugin = <F extends Fields>(plugin: Plugin<F>): Plugin => plugin as Plugin;
