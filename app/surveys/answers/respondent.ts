import type { Surface } from "../survey.ts";

/**
 * Who answers. `customerId` is proved by the surface: by the token's `sub`, or by a customer who is logged in at a signed storefront
 * request. `orderClaim` alone proves nothing. A checkout token proves the claim once the order has arrived with the same token.
 */
export type Respondent = {
  surface: Surface;
  orderClaim: string | null;
  customerId: string | null;
  anonymousId: string | null;
  /** The checkout's token, as the thank-you page sends it. */
  checkoutToken?: string | null;
  /** A hash of the request's session token. */
  token?: string | null;
  /** The customer's IP address, from Shopify's signed request. */
  address?: string | null;
};
