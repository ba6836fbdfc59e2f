// Wraps what plugins add for the engines of one shop: a contribution that fails first marks its plugin, and then the domain that
// called the contribution leaves it out.
import type { Shop } from "../../shop.server.ts";
import { stackOfSql, sql } from "../../db.server.ts";
import { isFunction, type Attribute, type AttributeFunction } from "../../segments/attribute.server.ts";
import { CONTRIBUTIONS, ownerOf } from "../contract/contributions.server.ts";
import type { Contribution } from "../contract/contributions/contribution.ts";
import { nameFailure } from "./failure.server.ts";
import { mark } from "./guard.server.ts";
import type { Registry } from "../registry.server.ts";

type Kind = "attributes" | "offerKinds" | "questionKinds";

export function watchAll(shop: Shop, registry: Registry): Registry {
  const watched = <T extends object>(kind: Kind, things: Record<string, T>): Record<string, T> => {
    const { watch } = CONTRIBUTIONS[kind] as Contribution<object, T>;
    if (!watch) return things;
    return Object.fromEntries(
      Object.entries(things).map(([name, it]) => {
        const plugin = ownerOf(registry.plugins, kind, name)?.name ?? "";
        return [name, watch(it, { shop, plugin, name, engine: registry })];
      }),
    );
  };
  return {
    ...registry,
    offerKinds: watched("offerKinds", registry.offerKinds),
    questionKinds: watched("questionKinds", registry.questionKinds),
    async attributeFailed(tx, name, error, compose) {
      const plugin = ownerOf(registry.plugins, "attributes", name)?.name;
      const written = writtenAt(shop, registry.attributes[name], compose);
      if (plugin) await mark(shop, tx, { plugin, what: `attribute ${name}`, written }, error);
    },
  };
}

/**
 * The fault of an attribute as the plugin's page shows it: `attribute NAME: what is wrong at the line of its SQL`. `compose`: as in
 * `Engine.attributeFailed`.
 */
export function attributeFault(
  shop: Clock,
  registry: Registry,
  name: string,
  error: unknown,
  compose?: () => unknown,
): string {
  const plugin = ownerOf(registry.plugins, "attributes", name)?.name ?? "";
  const written = writtenAt(shop, registry.attributes[name], compose);
  return `attribute ${name}: ${nameFailure(error, { plugin, written })}`;
}

type Clock = Pick<Shop, "now" | "timeZone">;

const anything = Object.assign(() => sql`true`, { given: () => false });

/** The stack of the place where the plugin wrote the SQL of this attribute. The database's error does not have it. */
function writtenAt(
  shop: Clock,
  entry: Attribute | AttributeFunction | undefined,
  compose?: () => unknown,
): string | undefined {
  const moment = { now: shop.now(), timeZone: shop.timeZone };
  return entry && stackOfSql(compose ?? (() => (isFunction(entry) ? entry.sql(anything, moment) : entry.sql(moment))));
}
