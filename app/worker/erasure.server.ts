// Joins the steps of a redaction: each domain's steps, and the facts' steps for every table with a customer_id that no domain names.
import { tablesWith } from "../catalogue.server.ts";
import { activityErasure } from "../customers/activity/erasure.server.ts";
import { factsSteps } from "../customers/facts/redaction/facts.server.ts";
import type { RedactionContext, Erasure, Step } from "../customers/facts/redaction/step.server.ts";
import type { Tx } from "../db.server.ts";
import { offersErasure } from "../offers/erasure.server.ts";
import { pluginsErasure } from "../plugins/erasure.server.ts";
import { segmentsErasure } from "../segments/erasure.server.ts";
import { surveysErasure } from "../surveys/erasure.server.ts";
import { syncErasure } from "../sync/compliance/erasure.server.ts";

const DOMAINS: Erasure[] = [segmentsErasure, offersErasure, surveysErasure, pluginsErasure, syncErasure];

/** A step's name begins with its domain: the ledger stores the name of the step that a redaction has reached. */
export async function eraseSteps(tx: Tx, context: RedactionContext): Promise<Step[]> {
  const named = [activityErasure, ...DOMAINS].flatMap(({ tables }) => tables);
  const others = (await tablesWith(tx, "customer_id")).filter((table) => !named.includes(table));
  const facts: Erasure = { domain: "facts", tables: others, steps: () => factsSteps(context, others) };
  return [activityErasure, facts, ...DOMAINS].flatMap(({ domain, steps }) =>
    steps(context).map((step) => ({ ...step, name: `${domain}: ${step.name}` })),
  );
}
