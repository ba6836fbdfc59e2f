// What a redaction erases of the activity. It comes before the facts, because identifiers and orders say whose the rows are.
import { sql } from "../../db.server.ts";
import { eraseStep, ofCustomer, type Erasure } from "../facts/redaction/step.server.ts";
import { anonymousActivityOf } from "./whose.server.ts";

export const activityErasure: Erasure = {
  domain: "activity",
  tables: ["activity"],
  steps: (context) => [
    eraseStep(context, "activity", anonymousActivityOf(context.shopId, context.person), "of identifiers"),
    // What happened in a browser that other customers used too was nobody's. Without the person's identifiers, it would become theirs.
    eraseStep(
      context,
      "activity",
      sql`customer_id is null and anonymous_id in (
        select 'client:' || value from identifier where shop_id = ${context.shopId} and kind = 'client' and ${ofCustomer(context)})`,
      "of shared browsers",
    ),
    eraseStep(context, "activity", ofCustomer(context), "of customers"),
  ],
};
