// Archives and restores segments.
import { openStay } from "../../customers/open-stay.server.ts";
import { audit, type Actor } from "../../audit.server.ts";
import { sql } from "../../db.server.ts";
import { refused, type Outcome } from "../../errors.ts";
import { enqueue } from "../../queue.server.ts";
import type { Shop } from "../../shop.server.ts";
import { lockMembership } from "../memberships/live-segment.server.ts";
import { readHolders } from "../segment.server.ts";
import { MAX_SEGMENTS, MISSING, TOO_MANY } from "./save-segment.server.ts";

type Target = { id: string; actor: Actor };

/** The segment leaves every list, and its stays end. Its history stays. Refused while `readHolders` finds something. */
export const archiveSegment = (shop: Shop, { id, actor }: Target): Promise<Outcome> =>
  shop.db.tx(async (tx): Promise<Outcome> => {
    const now = shop.now().toISOString();
    await lockMembership(shop, tx);
    // Waits for whoever holds the segment (`holdSegment`). The next statement sees what they saved.
    const [segment] = await tx.rows<{ version: number }>(sql`
      select query_version as version from segment
      where shop_id = ${shop.id} and id = ${id} and archived_at is null for update`);
    if (!segment) return refused(MISSING);
    if ((await readHolders(shop, tx, id)).length > 0) return refused({ key: "segments.refused.in_use" });
    await tx.run(sql`
      update membership m set left_at = greatest(${now}::timestamptz, m.entered_at), left_recorded_at = ${now}::timestamptz,
        left_version = m.entered_version, left_cause = 'archived'
      where m.shop_id = ${shop.id} and m.segment_id = ${id} and ${openStay}`);
    await tx.run(sql`update segment set archived_at = ${now}::timestamptz where shop_id = ${shop.id} and id = ${id}`);
    await tx.run(sql`delete from segment_figures where shop_id = ${shop.id} and segment_id = ${id}`);
    const { version } = segment;
    await audit(shop, tx, { actor, subject: { kind: "segment", id }, action: "archived", version });
    return { ok: true };
  });

/** Restores an archived segment with its history, and queues its evaluation. */
export const restoreSegment = (shop: Shop, { id, actor }: Target): Promise<Outcome> =>
  shop.db.tx(async (tx): Promise<Outcome> => {
    const [restored] = await tx.rows<{ version: number }>(sql`
      update segment set archived_at = null
      where shop_id = ${shop.id} and id = ${id} and archived_at is not null
        and (select count(*) from segment where shop_id = ${shop.id} and archived_at is null) < ${MAX_SEGMENTS}
      returning query_version as version`);
    if (!restored) return refused(TOO_MANY);
    const { version } = restored;
    await audit(shop, tx, { actor, subject: { kind: "segment", id }, action: "restored", version });
    await enqueue("segments.evaluate", { shop: shop.id, segment: id }, tx);
    return { ok: true };
  });
