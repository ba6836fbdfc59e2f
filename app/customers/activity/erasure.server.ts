// What a redaction erases of the activity. It comes before the facts, because identifiers and orders say whose the rows are.
import { eraseStep, ofCustomer, type Erasure } from "../facts/redaction/step.server.ts";
import { anonymousActivityOf } from "./whose.server.ts";

export const activityErasure: Erasure = {
  domain: "activity",
  tables: ["activity"],
  steps: (context) => [
    eraseStep(context, "activity", anonymousActivityOf(context.shopId, context.person), "of identifiers"),
    eraseStep(context, "activity", ofCustomer(context), "of customers"),
  ],
};
