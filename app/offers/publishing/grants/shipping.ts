// Free shipping to every country, at any rate.
import type { Grant } from "../../offer-kind.ts";
import type { GrantForm } from "./grant-form.ts";

export const shipping: GrantForm<Extract<Grant, { kind: "shipping" }>> = {
  family: "FreeShipping",
  input: () => ({ destination: { all: true }, maximumShippingPrice: null }),
  read: ({ destinationSelection, maximumShippingPrice }) =>
    destinationSelection?.__typename === "DiscountCountryAll" && maximumShippingPrice == null
      ? { kind: "shipping" }
      : null,
  plain: () => ({ kind: "shipping" }),
  say: () => "0 %",
};
