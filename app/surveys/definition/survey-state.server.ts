// Publishes, ends and deletes surveys.
import { audit, type Actor } from "../../audit.server.ts";
import { sql } from "../../db.server.ts";
import { refused, STALE, type Outcome } from "../../errors.ts";
import { enqueue } from "../../queue.server.ts";
import type { Shop } from "../../shop.server.ts";
import { keepVersion, MISSING, nextEdition } from "./save-survey.server.ts";

/** `expectedVersion`: the edition that the merchant saw. Another edition is refused. */
type Asked = { actor: Actor; expectedVersion?: string | undefined };

export const setSurveyState = (
  shop: Shop,
  id: string,
  state: "active" | "ended",
  { actor, expectedVersion }: Asked,
): Promise<Outcome> =>
  shop.db.tx(async (tx): Promise<Outcome> => {
    const [held] = await tx.rows<{ edition: string; version: number }>(
      sql`select updated_at::text as edition, version from survey where shop_id = ${shop.id} and id = ${id} for update`,
    );
    if (!held) return refused(MISSING);
    if (expectedVersion !== undefined && expectedVersion !== held.edition) return refused(STALE);
    await tx.run(sql`
      update survey set state = ${state}, updated_at = ${nextEdition(shop)} where shop_id = ${shop.id} and id = ${id}`);
    await keepVersion(shop, tx, id);
    const action = state === "active" ? "published" : "ended";
    await audit(shop, tx, { actor, subject: { kind: "survey", id }, action, version: held.version });
    await enqueue("surveys.publish", { shop: shop.id }, tx);
    return { ok: true };
  });

/** Deletes a survey without answers. A survey with answers is refused: it can only be ended. */
export const deleteSurvey = (shop: Shop, id: string, { actor }: { actor: Actor }): Promise<Outcome> =>
  shop.db.tx(async (tx): Promise<Outcome> => {
    const [held] = await tx.rows<{ version: number }>(
      sql`select version from survey where shop_id = ${shop.id} and id = ${id} for update`,
    );
    if (!held) return refused(MISSING);
    const gone = await tx.run(sql`
      delete from survey s where s.shop_id = ${shop.id} and s.id = ${id}
        and not exists (select 1 from survey_response r where r.shop_id = s.shop_id and r.survey_id = s.id)`);
    if (!gone) return refused({ key: "surveys.fault.answered" });
    await tx.run(sql`delete from survey_version where shop_id = ${shop.id} and survey_id = ${id}`);
    await audit(shop, tx, { actor, subject: { kind: "survey", id }, action: "deleted", version: held.version });
    await enqueue("surveys.publish", { shop: shop.id }, tx);
    return { ok: true };
  });
