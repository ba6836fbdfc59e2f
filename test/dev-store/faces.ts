// The handlers of the store's requests, in the order in which they are tried.

import { handleAdmin } from "./admin/admin.ts";
import { handleAdminApi } from "./admin-api/admin-api.ts";
import { handleTokens } from "./auth/tokens.ts";
import { handleCheckout } from "./checkout/checkout.ts";
import { handleControl } from "./control/control.ts";
import type { Face } from "./http.ts";
import { handleStorefront } from "./storefront/storefront.ts";

export const FACES: Face[] = [
  handleControl,
  handleTokens,
  handleAdminApi,
  handleAdmin,
  handleCheckout,
  handleStorefront,
];
