import type { Surface } from "../survey.ts";

/**
 * Who answers. A customer is one whom the surface proves: by the token's `sub`, or signed in at a signed storefront. An order is
 * a claim that proves nothing alone; with a checkout's token it does, once the order is here and has the same.
 */
export type Respondent = {
  surface: Surface;
  orderClaim: string | null;
  customerId: string | null;
  anonymousId: string | null;
  /** Of the checkout that the thank-you page came from, as the page says. */
  checkoutToken?: string | null;
  /** A hash of the session token that opened the door. */
  token?: string | null;
  /** Where the shopper is, as Shopify's signed call says. */
  address?: string | null;
};
