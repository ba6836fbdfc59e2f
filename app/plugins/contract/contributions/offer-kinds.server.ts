import { UserError } from "../../../errors.ts";
import type { OfferKind } from "../../../offers/offer-kind.ts";
import { own } from "../../../own.ts";
import { contextOf } from "../../running/given/context.server.ts";
import { markFailed, seen, watchedWithin } from "../../running/guard.server.ts";
import type { PluginOfferKind } from "../../plugin.ts";
import { type Contribution, fieldLabels, functionFaults, nameFaults, textFaults } from "./contribution.ts";
import { fieldFaults } from "./field-faults.ts";
import { checkedAudience, checkedOffer } from "./given/given-offer.server.ts";

const LIMIT_MS = 4000;

export const offerKinds: Contribution<PluginOfferKind, OfferKind> = {
  isShared: true,
  limitMs: LIMIT_MS,
  faults(name, kind) {
    const what = `the offer kind ${name}`;
    const { audience } = kind as { audience?: unknown };
    return [
      ...nameFaults("the offer kind", name),
      ...textFaults(what, kind, ["label"]),
      ...functionFaults(what, kind, ["resolve", ...(audience === undefined ? [] : ["audience"])]),
      ...fieldFaults({ noun: "setting", of: ` of ${what}` }, kind.settings),
      ...namedFaults(what, kind),
    ];
  },
  labels: (name, kind) => [
    { what: `the label of the kind ${name}`, key: kind.label },
    ...(kind.help ? [{ what: `the help of the kind ${name}`, key: kind.help }] : []),
    ...fieldLabels(`the kind ${name}'s setting`, kind.settings),
  ],
  bind: (kind, { plugin, settings }) => ({
    ...kind,
    given: JSON.stringify(settings),
    resolve: (shop, own) => kind.resolve(contextOf(shop, plugin, settings), own),
  }),
  watch(kind, { shop, plugin, name, engine }) {
    const { audience } = kind;
    return {
      ...kind,
      resolve: (given, settings) =>
        watchedWithin(
          given,
          plugin,
          `offer ${name}`,
          async (own) => checkedOffer(await kind.resolve(own, settings), shop.currency),
          LIMIT_MS,
        ).catch(async (error: unknown) => {
          if (!(error instanceof UserError)) await markFailed(shop, plugin, `offer ${name}`, error);
          throw error;
        }),
      ...(audience
        ? {
            audience: (settings) =>
              seen(shop, plugin, `audience of offer ${name}`, () => checkedAudience(audience(settings), engine)),
          }
        : {}),
    };
  },
};

/** `when`, `unique` and `shows` may name only settings of the kind. */
function namedFaults(what: string, { when, unique = [], shows = {}, settings }: PluginOfferKind): string[] {
  const named = [...(when ? [when.code] : []), ...unique, ...Object.values(shows)];
  return [...new Set(named)]
    .filter((name) => !own(settings ?? {}, name))
    .map(
      (name) =>
        `${what} names "${name}" in when, unique or shows, and has no setting of this name. Name one of its settings.`,
    );
}
