// A share of the whole order, in percent.
import type { Grant } from "../../offer-kind.ts";
import { plainDecimal, type GrantForm } from "./grant-form.ts";

export const percent: GrantForm<Extract<Grant, { kind: "percent" }>> = {
  selection: "... on DiscountPercentage { percentage }",
  input: ({ percent }) => ({ percentage: Number(percent) / 100 }),
  // Rounding to four decimal places removes the error of the float.
  read: ({ percentage }) =>
    percentage === undefined ? null : { kind: "percent", percent: String(Number((percentage * 100).toFixed(4))) },
  say: ({ percent }) => `${plainDecimal(percent)}%`,
};
