import type { DomainEvent } from "../../outbox.server.ts";
import type { Move } from "./live-segment.server.ts";

/** Nothing happened to the customer: a query was saved, a setting changed, or the history was read. */
const NO_NEWS = ["saved", "config", "import"];

/** Moves as events of the house, for those who act on what happens to a customer. */
export const newsOf = (moves: readonly Move[]): DomainEvent[] =>
  moves
    .filter(({ cause }) => !NO_NEWS.includes(cause))
    .map(({ segment, version, customer, entered, at, cause }) => {
      const what = entered ? "entered" : "left";
      return {
        id: `segment/${segment}/${customer}/${what}/${at.toISOString()}`,
        kind: `segment.${what}`,
        customerId: customer,
        at: at.toISOString(),
        data: { segment, version, cause },
      };
    });
