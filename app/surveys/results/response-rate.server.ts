// The response rate: of the shoppers who saw the survey on the thank-you page, the share who answered the survey.
import { sql, type Sql, type Tx } from "../../db.server.ts";
import type { Instant } from "../../instant.ts";
import type { Shop } from "../../shop.server.ts";

/** `shown`: shoppers who saw the survey since `since`. `answered`: those of them who answered the version that they saw. */
export type ResponseRate = { shown: number; answered: number; since: Instant };

/** `version` null: all versions. `begin`: only what was shown since then. */
type Within = { version: number | null; begin: Sql };

/**
 * Of one version, or of all versions. A shopper is a customer, or a checkout without a customer. Null while no such shopper is known
 * to have seen the survey: the storefront shows a survey without telling the app, and activity is kept for a year.
 */
export async function readResponseRate(
  shop: Shop,
  tx: Tx,
  surveyId: string,
  { version, begin }: Within,
): Promise<ResponseRate | null> {
  const [rate] = await tx.rows<{ shown: number; answered: number; since: Instant | null }>(sql`
    with seen as (
      select coalesce(customer_id, anonymous_id) as shopper, (data ->> 'version')::int as version, min(at) as at
      from activity where shop_id = ${shop.id} and subject = ${surveyId} and kind = 'survey.shown' and at >= ${begin}
        and coalesce(customer_id, anonymous_id) is not null
      group by 1, 2
    ), answered as (
      select version, customer_id as shopper from survey_response
      where shop_id = ${shop.id} and survey_id = ${surveyId} and customer_id is not null
      union select version, 'checkout:' || checkout_token from survey_response
      where shop_id = ${shop.id} and survey_id = ${surveyId} and checkout_token is not null
    )
    select count(distinct seen.shopper)::int as shown, count(distinct answered.shopper)::int as answered, min(seen.at) as since
    from seen left join answered on answered.version = seen.version and answered.shopper = seen.shopper
    where ${version}::int is null or seen.version = ${version}::int`);
  return rate?.since ? { ...rate, since: rate.since } : null;
}
