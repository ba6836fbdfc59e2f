// Redaction erases a person's stays in segments and lowers the segments' member counts.
import type { RedactionContext, StepResult, Erasure } from "../customers/facts/redaction/step.server.ts";
import { openStay } from "../customers/open-stay.server.ts";
import { sql, type Tx } from "../db.server.ts";
import { lockMembership } from "./memberships/live-segment.server.ts";

export const segmentsErasure: Erasure = {
  domain: "segments",
  tables: ["membership"],
  steps: (context) => [{ name: "memberships", run: (tx) => eraseMemberships(tx, context) }],
};

async function eraseMemberships(tx: Tx, { shopId, person }: RedactionContext): Promise<StepResult> {
  // Waits for an evaluation that has read the person's profile, which an earlier step has erased since.
  await lockMembership({ id: shopId }, tx);
  const gone = await tx.rows<{ segment: string; open: number; all: number }>(sql`
    with gone as (delete from membership where shop_id = ${shopId} and customer_id = any(${person.customerIds}::text[])
      returning segment_id, left_at)
    select segment_id as segment, (count(*) filter (where ${openStay}))::int as open, count(*)::int as all
    from gone m group by segment_id`);
  await tx.run(sql`
    update segment_figures f set member_count = greatest(0, f.member_count - gone.open)
    from unnest(${gone.map(({ segment }) => segment)}::text[], ${gone.map(({ open }) => open)}::int[]) as gone (id, open)
    where f.shop_id = ${shopId} and f.segment_id = gone.id`);
  return { erased: { membership: gone.reduce((sum, row) => sum + row.all, 0) }, after: null };
}
