// Records that a survey was shown on the thank-you page: see `readResponseRate`.
import { createHash } from "node:crypto";
import { activityId, recordActivity } from "../../customers/activity/activity.server.ts";
import { presentRespondent } from "./present-respondent.server.ts";
import type { Shop } from "../../shop.server.ts";
import type { Respondent } from "./respondent.ts";

type Asked = { id: string; version: number };

/**
 * Writes one row per session token, survey, version and minute. A failure is logged: the page still shows the survey.
 */
export async function noteShown(shop: Shop, { id, version }: Asked, who: Respondent): Promise<void> {
  const { surface, token } = who;
  const minute = new Date(Math.floor(shop.now().getTime() / 60_000) * 60_000);
  const hash = createHash("sha256").update(JSON.stringify([id, version, token]));
  const rowId = activityId(minute, hash.digest("hex").slice(0, 40));
  const rowOf = ({ customerId, checkoutToken }: Respondent) => ({
    id: rowId,
    kind: "survey.shown" as const,
    customerId,
    anonymous: customerId === null && checkoutToken ? { kind: "checkout" as const, value: checkoutToken } : null,
    subject: id,
    data: { version, surface },
  });
  await shop.db
    .tx(async (tx) => recordActivity(shop, tx, [rowOf(await presentRespondent(shop, tx, who))]))
    .catch((error: Error) => shop.log.error({ err: error }, "a survey that was shown was not recorded"));
}
