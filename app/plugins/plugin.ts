// THE CONTRACT: what a plugin may add. Built-in plugins obey the contract too. Labels are keys of the plugin's own locales/ folder.
// README.md beside this file explains each member.
import type { Card } from "../analytics/card.ts";
import type { MetafieldOwner } from "../customers/facts/metafields.server.ts";
import type { Sql } from "../db.server.ts";
import type { Fault } from "../errors.ts";
import type { Fields, Values } from "../fields.ts";
import type { EventKind, LoggedEvent } from "../outbox.server.ts";
import type { OfferKind } from "../offers/offer-kind.ts";
import type {
  Attribute,
  AttributeFunction,
  FlipTest,
  Moment,
  ParamTest,
  SuggestFor,
  Window,
} from "../segments/attribute.server.ts";
import type { AdminApi } from "../shopify/admin-api.server.ts";
import type { Shop } from "../shop.server.ts";
import type { QuestionKind } from "../surveys/question-kind.ts";
import type { Payloads } from "../sync/sources/shopify/webhook.ts";
import { noteDefined, noteKind } from "./contract/defined-at.ts";
import type { Emit } from "./running/given/emit.server.ts";
import type { Records } from "./running/given/records.server.ts";
import type { Fetch, Send } from "./running/given/sends.server.ts";

/** The version of this contract. */
export const CONTRACT = 1;

/** What attributes and functions get: the plugin's settings in this shop. */
export type Asked<S extends Fields = Fields> = { settings: Values<S> };

/**
 * What offer kinds and cards get. `shop.db.tx` runs in the plugins' own pool: a transaction is given up after 5 seconds without a
 * statement, and in any case before the time limit of the whole work.
 */
export type Context<S extends Fields = Fields> = Asked<S> & {
  shop: Shop;
  /** The plugin's own records of a kind. */
  records: Records;
};

/** What handlers and jobs get. A handler has 10 seconds, a job has 300 seconds. Await everything that the handler or job starts. */
export type WorkContext<S extends Fields = Fields> = Context<S> & {
  admin: AdminApi;
  /** Reaches only the hosts in `sends`. */
  fetch: Fetch;
  /** Emits events of the plugin's own, which other plugins can handle. */
  emit: Emit;
  log: Shop["log"];
};

/** Called at least once for each webhook, in any order: make handlers idempotent. Called after the core has applied the webhook. */
export type WebhookHandlers<S extends Fields = Fields> = {
  [T in keyof Payloads]?: (context: WorkContext<S>, payload: Payloads[T]) => Promise<void>;
};

/**
 * Called at least once for each event, in the order in which events were recorded: make handlers idempotent. A handler that fails marks
 * its plugin, and is not called again for that event.
 */
export type EventHandlers<S extends Fields = Fields> = {
  [K in EventKind | `${string}.${string}`]?: (context: WorkContext<S>, event: LoggedEvent) => Promise<void>;
};

export type Job<S extends Fields = Fields> = {
  /** What the plugin's page calls it; left out: the job's name. */
  label?: string;
  /** Five fields, in the shop's own time zone. */
  cron: string;
  run(context: WorkContext<S>): Promise<void>;
};

/**
 * A statement that selects the values that the editor offers. Its columns: each `value` once as a text, a `title` (a name for a value
 * that is only an id or a code, else null), and `times`, a whole number by which values are sorted, the greatest first.
 * `asks.given`: the values, as texts, of the same function's other parameters that the query sets by =.
 */
export type Suggest<S extends Fields = Fields> = (asks: SuggestFor, asked: Asked<S>) => Sql;

export type PluginAttribute<S extends Fields = Fields> = Omit<Attribute, "sql" | "flips" | "history" | "suggest"> & {
  params?: undefined;
  sql(moment: Moment, asked: Asked<S>): Sql;
  flips?: "all" | ((window: Window, asked: Asked<S>) => Sql);
  history?(moment: Moment, asked: Asked<S>): Sql;
  suggest?: Suggest<S>;
};

type Param<S extends Fields> = Omit<AttributeFunction["params"][string], "suggest"> & { suggest?: Suggest<S> };
export type PluginFunction<S extends Fields = Fields, Name extends string = string> = Omit<
  AttributeFunction,
  "sql" | "params" | "flips" | "history"
> & {
  params: Record<Name, Param<S>>;
  sql(test: ParamTest<Name>, moment: Moment, asked: Asked<S>): Sql;
  flips?: "all" | ((test: FlipTest<Name>, window: Window, asked: Asked<S>) => Sql);
  history?(test: ParamTest<Name>, moment: Moment, asked: Asked<S>): Sql | null;
};

export type PluginOfferKind<S extends Fields = Fields, F extends Fields = Fields> = OfferKind<F, Context<S>>;

export type PluginQuestionKind<S extends Fields = Fields, F extends Fields = Fields> = Omit<
  QuestionKind<F>,
  "shape" | "check"
> & {
  shape(...given: [...Parameters<QuestionKind<F>["shape"]>, asked: Asked<S>]): ReturnType<QuestionKind<F>["shape"]>;
  check(...given: [...Parameters<QuestionKind<F>["check"]>, asked: Asked<S>]): ReturnType<QuestionKind<F>["check"]>;
};

/** `type`: Shopify's name of the type, such as `date`. A value of another type is not stored. */
export type Metafield = { owner: MetafieldOwner; namespace: string; key: string; type: string };

export type Plugin<S extends Fields = Fields> = {
  /** Lower-case letters, digits and `-`. Also the name of the plugin's folder. */
  name: string;
  /** The version of this contract that the plugin was written for. */
  contract: typeof CONTRACT;
  label: string;
  description: string;
  /** Topics and scopes beyond the app's own. If shopify.app.toml lacks one, the app does not start and says what to paste. */
  topics?: readonly string[];
  scopes?: readonly string[];
  /** Set per shop on the plugin's page. Write `settings` first: the types of the members below come from `settings`. */
  settings?: S;
  /**
   * The faults of settings that the fields accept one by one, such as an amount that must be below another. Must not wait. A fault's
   * `key` is of the plugin's own locales/, its `field` the setting that is marked.
   */
  check?(settings: Values<S>): readonly Fault[];
  /** The app stores these metafields. SQL reads them as `api.metafields`, `api.order_metafields` and `api.product_metafields`. */
  metafields?: readonly Metafield[];
  /** The only hosts that `fetch` reaches. */
  sends?: readonly Send[];
  /** Runs once a shop, at least once, soon after the plugin is installed. */
  onInstalled?(context: WorkContext<S>): Promise<void>;
  /** Runs each time that a history of the shop was imported. No webhook is sent for the orders of a history. */
  onHistory?(context: WorkContext<S>): Promise<void>;
  attributes?: Record<string, PluginAttribute<S> | PluginFunction<S>>;
  webhooks?: WebhookHandlers<S>;
  /** Names of the events that `emit` may write. Another plugin handles them as `NAME-OF-THIS-PLUGIN.EVENT`. */
  emits?: readonly string[];
  /** Handlers of domain events, whatever caused them: a webhook, an answer, or time alone. Also of other plugins' events. */
  events?: EventHandlers<S>;
  offerKinds?: Record<string, PluginOfferKind<S>>;
  questionKinds?: Record<string, PluginQuestionKind<S>>;
  cards?: Record<string, Card<Context<S>>>;
  jobs?: Record<string, Job<S>>;
};

export const definePlugin = <const S extends Fields = Fields>(plugin: Plugin<S>): Plugin => {
  noteDefined(plugin, definePlugin);
  return plugin as Plugin;
};

// In the next four, annotate the settings: `{ settings }: Asked<typeof settings>`.

export const defineAttribute = <S extends Fields>(attribute: PluginAttribute<S>): PluginAttribute<S> => attribute;

/** Keeps the parameters' names for `sql`. */
export const defineFunction = <S extends Fields, Name extends string>(
  made: PluginFunction<S, Name>,
): PluginFunction<S> => made as PluginFunction<S>;

/** Keeps the kind's own settings' type for `resolve` and `audience`. */
export const defineOfferKind = <S extends Fields, F extends Fields>(kind: PluginOfferKind<S, F>): PluginOfferKind<S> =>
  noteKind(kind as PluginOfferKind<S>, defineOfferKind);

/** Keeps the kind's own settings' type for `shape` and `check`. */
export const defineQuestionKind = <S extends Fields, F extends Fields>(
  kind: PluginQuestionKind<S, F>,
): PluginQuestionKind<S> => noteKind(kind as PluginQuestionKind<S>, defineQuestionKind);
