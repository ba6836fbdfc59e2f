import { type Day, dayText } from "../../local-time.ts";

/** Names the copy of a customer's data. The browser alone uses the name: no request has it, so that no log has the customer's name. */
export const fileNameFor = (who: string, received: Day): string =>
  `personal-data-${who.slice(0, 100)}-${dayText(received)}`.replace(/[^\p{L}\p{M}\p{N}]+/gu, "-") + ".html";
