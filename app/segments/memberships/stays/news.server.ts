import type { DomainEvent } from "../../../outbox.server.ts";
import type { Move } from "../live-segment.server.ts";

/** Causes without a domain event: a query was saved, a setting changed, or history was read. Nothing happened to the customer. */
const SILENT_CAUSES = ["saved", "config", "import"];

/** The domain events `segment.entered` and `segment.left` for moves. */
export const newsOf = (moves: readonly Move[]): DomainEvent[] =>
  moves
    .filter(({ cause }) => !SILENT_CAUSES.includes(cause))
    .map(({ segment, version, customer, entered, at, cause, depth = 0 }) => {
      const what = entered ? "entered" : "left";
      return {
        id: `segment/${segment}/${customer}/${what}/${at.toISOString()}`,
        kind: `segment.${what}`,
        customerId: customer,
        at: at.toISOString(),
        data: { segment, version, cause },
        ...(depth > 0 && { depth }),
      };
    });
