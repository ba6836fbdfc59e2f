// Calls an offer's kind with the offer's settings. A plugin's kind that fails causes faults of its own offers only.
import { UserError, type Fault } from "../errors.ts";
import { own } from "../own.ts";
import { parseFields } from "../fields.ts";
import type { Shop } from "../shop.server.ts";
import { withinLimit } from "../time-limit.ts";
import type { OfferTerms } from "./offer.ts";
import type { OfferKind, ResolvedOffer } from "./offer-kind.ts";
import { plainDecimal } from "./publishing/grants/grant-form.ts";
import type { Off } from "./wire.ts";

export type OfferKinds = Record<string, OfferKind>;
export type Resolved = ({ ok: true } & ResolvedOffer) | { ok: false; fault: Fault };

/** The kind threw or took too long. A later try may succeed. */
export const KIND_FAILED = "offers.fault.kind_failed";

const LIMIT_MS = 5000;

export async function resolveOffer(
  shop: Shop,
  kinds: OfferKinds,
  offer: Pick<OfferTerms, "kind" | "settings">,
): Promise<Resolved> {
  const kind = own(kinds, offer.kind);
  if (!kind) return { ok: false, fault: { key: "offers.fault.kind_missing" } };
  const settings = parseFields(kind.settings, offer.settings);
  if (!settings.ok) return { ok: false, fault: { key: "offers.fault.settings" } };
  try {
    return { ok: true, ...plainOffer(await withinLimit(() => kind.resolve(shop, settings.value), LIMIT_MS)) };
  } catch (error) {
    if (error instanceof UserError) return { ok: false, fault: error.fault };
    shop.log.error({ err: error, kind: offer.kind }, "offer kind failed");
    return { ok: false, fault: { key: KIND_FAILED } };
  }
}

/** An optional code that is left empty is no code: the discount is automatic. */
const plainOffer = ({ content, discount }: ResolvedOffer): ResolvedOffer => ({
  content: content.shape === "discount" ? { ...plainShare(content), code: content.code || null } : content,
  discount: discount && { ...discount, code: discount.code || null },
});

/** A share is shown without zeros at its end: `12.50` is 12.5 %. */
function plainShare<Given extends Off>(given: Given): Given {
  if (given.percent !== undefined) return { ...given, percent: plainDecimal(given.percent) };
  return given.deal ? { ...given, deal: { ...given.deal, share: plainDecimal(given.deal.share) } } : given;
}
