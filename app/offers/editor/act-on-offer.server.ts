// The actions of the buttons on an offer's page.
import type { Actor } from "../../audit.server.ts";
import { own } from "../../own.ts";
import { outcomeOf, UserError, type Outcome } from "../../errors.ts";
import type { Shop } from "../../shop.server.ts";
import {
  deleteOffer,
  duplicateOffer,
  endOffer,
  mendOffer,
  pauseOffer,
  publishOffer,
} from "../definition/move-offer.server.ts";
import { saveOffer, type Saved, type Saving } from "../definition/save-offer.server.ts";
import { readOffer } from "../offer-rows.server.ts";
import type { OfferEngine } from "../publishing/audiences/narrow-audience.server.ts";
import { seenIn, termsOf } from "./draft/offer-form.ts";

type Asked = { id: string; expectedVersion: number | null; actor: Actor };
type Move = (shop: Shop, engine: OfferEngine, asked: Asked) => Promise<void>;
const MOVES: ReadonlyMap<string, Move> = new Map<string, Move>(
  Object.entries({
    publish: (shop, engine, { id, ...asked }) => publishOffer(shop, engine, id, asked),
    pause: (shop, _engine, { id, actor }) => pauseOffer(shop, id, actor),
    mend: (shop, _engine, { id, actor }) => mendOffer(shop, id, actor),
    end: (shop, _engine, { id, actor }) => endOffer(shop, id, actor),
    delete: (shop, _engine, { id, actor }) => deleteOffer(shop, id, actor),
  } satisfies Record<string, Move>),
);

type Sent = { form: FormData; actor: Actor };

/** What the editor's buttons do: `save`, `publish`, `pause`, `mend`, `end`, `delete`, `duplicate`. `next` is the page to go to. */
export const actOnOffer = (
  shop: Shop,
  engine: OfferEngine,
  id: string | null,
  { form, actor }: Sent,
): Promise<Outcome<{ next: string | null }>> =>
  outcomeOf(async () => {
    const intent = String(form.get("intent"));
    const expectedVersion = seenIn(form);
    if (intent === "save") {
      const saved = await saveForm(shop, engine, form, { id, expectedVersion, actor });
      return saved.ok ? { ok: true, next: id === null ? `/app/offers/${saved.id}` : null } : saved;
    }
    if (id === null) throw new UserError("offers.fault.gone");
    await MOVES.get(intent)?.(shop, engine, { id, expectedVersion, actor });
    if (intent === "duplicate") {
      const name = String(form.get("name") ?? "").slice(0, 120);
      const copy = await duplicateOffer(shop, engine.offerKinds, id, { name, actor });
      return { ok: true, next: `/app/offers/${copy}` };
    }
    return { ok: true, next: intent === "delete" ? `/app/offers?deleted=${id}` : null };
  });

/** Saves an offer from the editor's form. The form of a saved offer may leave out the kind, because an offer keeps its kind. */
export async function saveForm(shop: Shop, engine: OfferEngine, form: FormData, saving: Saving): Promise<Saved> {
  const { id } = saving;
  const before = id === null ? null : await shop.db.tx((tx) => readOffer(shop, tx, id));
  const kind = own(engine.offerKinds, before?.kind ?? String(form.get("kind") ?? ""));
  return saveOffer(shop, engine, termsOf(form, kind?.settings ?? {}, shop.timeZone), saving);
}
