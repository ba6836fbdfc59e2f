// Calls the kinds of the live offers. A kind is called only if its input changed.
import { createHash } from "node:crypto";
import { parseFields } from "../../fields.ts";
import { own } from "../../own.ts";
import type { Shop } from "../../shop.server.ts";
import type { Offer } from "../offer.ts";
import type { ResolvedOffer } from "../offer-kind.ts";
import { KIND_FAILED, resolveOffer, type OfferKinds, type Resolved } from "../resolve.server.ts";
import { isLive } from "../standing/seen-as.ts";
import { faultsOf, type Finding } from "./findings.server.ts";
import { noteResolution, readResolutions, type Resolution } from "./publication-row.server.ts";

export type Live = ResolvedOffer & { offer: Offer };

/** `live`: the offers to publish. `lost`: offers whose kind does not exist, or no longer accepts the settings. */
export type Resolutions = { live: Live[]; lost: Offer[]; findings: Finding[] };

/**
 * If a kind fails, its offers keep their discounts. `unnarrowed`: the findings of offers that could not be narrowed. These offers
 * stay as they are.
 */
export async function resolveLive(
  shop: Shop,
  kinds: OfferKinds,
  offers: readonly Offer[],
  unnarrowed: readonly Finding[],
): Promise<Resolutions> {
  const held = await readResolutions(shop);
  const skipped = faultsOf(unnarrowed);
  const found: Resolutions = { live: [], lost: [], findings: [] };
  for (const offer of offers.filter(({ id, state }) => isLive(state) && !skipped.has(id))) {
    const resolved = await resolveOnce(shop, kinds, offer, held.get(offer.id));
    if (!resolved.ok) found.findings.push({ offerId: offer.id, fault: resolved.fault });
    if (offer.publication.withdrawn) continue;
    if (resolved.ok) found.live.push({ offer, content: resolved.content, discount: resolved.discount });
    else if (resolved.fault.key !== KIND_FAILED) found.lost.push(offer);
  }
  return found;
}

async function resolveOnce(
  shop: Shop,
  kinds: OfferKinds,
  offer: Offer,
  held: Resolution | undefined,
): Promise<Resolved> {
  const of = askedOf(shop, kinds, offer);
  if (of !== null && held?.of === of) return { ok: true, ...held.resolved };
  const resolved = await resolveOffer(shop, kinds, offer);
  if (resolved.ok && of !== null) {
    const { content, discount } = resolved;
    await noteResolution(shop, offer.id, { of, resolved: { content, discount } });
  }
  return resolved;
}

/** A hash of all that the kind is given. Null: there is no such kind, or the kind does not accept the settings. */
function askedOf({ currency, timeZone }: Shop, kinds: OfferKinds, { kind: name, settings }: Offer): string | null {
  const kind = own(kinds, name);
  const read = kind && parseFields(kind.settings, settings);
  if (!kind || !read?.ok) return null;
  const asked = JSON.stringify([name, read.value, kind.given ?? null, currency, timeZone]);
  return createHash("sha256").update(asked).digest("base64url");
}
