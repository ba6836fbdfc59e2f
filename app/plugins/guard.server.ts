// A plugin that throws or hangs is marked on its page; the others go on.
import { UserError } from "../errors.ts";
import { sql, type Tx } from "../db.server.ts";
import type { OfferKind } from "../offers/offer-kind.ts";
import type { Shop } from "../shop.server.ts";
import type { QuestionKind } from "../surveys/question-kind.ts";
import { NoAnswer, withinLimit } from "../time-limit.ts";
import { checkedAnswer, checkedAudience, checkedOffer, checkedShape } from "./given.server.ts";
import { nameFailure } from "./failure.server.ts";
import { ownTransactions } from "./own-transactions.server.ts";
import type { Plugin } from "./plugin.ts";
import type { Registry } from "./registry.ts";
import { beginWork } from "./under-way.server.ts";

const LIMIT_MS = 10_000;
const KIND_LIMIT_MS = 4_000;

export type Guarded<T> = { ok: true; value: T } | { ok: false };

/**
 * Runs a plugin's work within a time limit, with a shop whose transactions are the plugins' own. A failure is counted in
 * plugin_state and logged, not thrown.
 */
export const runGuarded = <T>(
  shop: Shop,
  plugin: string,
  what: string,
  work: (own: Shop) => Promise<T>,
  limitMs = LIMIT_MS,
): Promise<Guarded<T>> =>
  watchedWithin(shop, plugin, what, work, limitMs).then(
    (value): Guarded<T> => ({ ok: true, value }),
    async (error: unknown): Promise<Guarded<T>> => {
      await markFailed(shop, plugin, what, error);
      return { ok: false };
    },
  );

async function watchedWithin<T>(
  shop: Shop,
  plugin: string,
  what: string,
  work: (own: Shop) => T | Promise<T>,
  limitMs: number,
) {
  const end = beginWork({ shop: shop.id, plugin, what });
  const onGivenUp = (error: Error) => markFailed(shop, plugin, what, error);
  const own = ownTransactions(shop, plugin, limitMs, onGivenUp);
  try {
    return await withinLimit(() => work(own.shop), limitMs);
  } catch (error) {
    throw error instanceof NoAnswer ? own.giveUp(error) : error;
  } finally {
    end();
  }
}

const marked = new WeakSet<Error>();

/**
 * Never throws: that a plugin fails must stop nobody, that it could not be written down neither. A shop that was erased
 * meanwhile is not brought back by it. One error is one failure, however often it is told.
 */
export async function markFailed(shop: Shop, plugin: string, what: string, error: unknown): Promise<void> {
  if (error instanceof Error && marked.has(error)) return;
  if (error instanceof Error) marked.add(error);
  await shop.db
    .tx((tx) => mark(shop, tx, plugin, what, error))
    .catch((lost: Error) => shop.log.error({ err: lost, plugin }, "a plugin's failure could not be kept"));
}

async function mark(shop: Shop, tx: Tx, plugin: string, what: string, error: unknown): Promise<void> {
  const failure = error instanceof Error ? error : new Error(String(error));
  shop.log.error({ err: failure, plugin, what }, "plugin failed");
  const fault = `${what}: ${nameFailure(error, plugin)}`;
  const kept = JSON.stringify({ [what]: { fault, at: shop.now(), times: 1 } });
  await tx.run(sql`
    insert into plugin_state as s (shop_id, plugin, failures, failed_at, fault, faults)
    select id, ${plugin}, 1, ${shop.now()}, ${fault}, ${kept}::jsonb from shop where id = ${shop.id} for key share
    on conflict (shop_id, plugin) do update
    set failures = s.failures + 1, failed_at = excluded.failed_at, fault = excluded.fault,
      faults = s.faults || jsonb_set(excluded.faults, array[${what}::text, 'times'],
        to_jsonb(coalesce((s.faults -> ${what}::text ->> 'times')::int, 0) + 1))`);
}

/** The same kinds, but a failure of one marks its plugin before the domain that called it leaves it out. */
export function watchKinds(shop: Shop, registry: Registry): Registry {
  const questionKinds = watched(
    registry.plugins,
    "questionKinds",
    (plugin, name, kind: QuestionKind): QuestionKind => ({
      ...kind,
      shape: (...given) => seen(shop, plugin, `question ${name}`, () => checkedShape(kind.shape(...given))),
      check: (...given) => seen(shop, plugin, `question ${name}`, () => checkedAnswer(kind.check(...given))),
    }),
  );
  const offerKinds = watched(registry.plugins, "offerKinds", (plugin, name, kind: OfferKind): OfferKind => {
    const { audience } = kind;
    return {
      ...kind,
      resolve: (given, settings) =>
        watchedWithin(
          given,
          plugin,
          `offer ${name}`,
          async (own) => checkedOffer(await kind.resolve(own, settings)),
          KIND_LIMIT_MS,
        ).catch(async (error: unknown) => {
          if (!(error instanceof UserError)) await markFailed(shop, plugin, `offer ${name}`, error);
          throw error;
        }),
      ...(audience
        ? {
            audience: (settings) =>
              seen(shop, plugin, `audience of offer ${name}`, () => checkedAudience(audience(settings), registry)),
          }
        : {}),
    };
  });
  const owns = (name: string) => (plugin: Plugin) => Object.hasOwn(plugin.attributes ?? {}, name);
  return {
    ...registry,
    questionKinds,
    offerKinds,
    async attributeFailed(tx, name, error) {
      const owner = registry.plugins.find(owns(name));
      if (owner) await mark(shop, tx, owner.name, `attribute ${name}`, error);
    },
  };
}

function watched<T>(
  plugins: readonly Plugin[],
  of: "questionKinds" | "offerKinds",
  watch: (plugin: string, name: string, kind: T) => T,
): Record<string, T> {
  const entries = plugins.flatMap((plugin) =>
    Object.entries((plugin[of] ?? {}) as Record<string, T>).map(
      ([name, kind]) => [name, watch(plugin.name, name, kind)] as const,
    ),
  );
  return Object.fromEntries(entries);
}

/** No limit ends what does not wait: a loop in it stops the process, and worker/watchdog.server.ts ends that. */
function seen<T>(shop: Shop, plugin: string, what: string, work: () => T): T {
  const end = beginWork({ shop: shop.id, plugin, what });
  try {
    return work();
  } catch (error) {
    void markFailed(shop, plugin, what, error);
    throw error;
  } finally {
    end();
  }
}
