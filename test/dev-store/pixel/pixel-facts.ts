// What a page tells the app's web pixel when the pixel starts.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StoreAnswer } from "../http.ts";
import type { Customer, ShopState, Store } from "../model.ts";
import { readPixelExtension, type PixelExtension } from "../storefront/extension-files.ts";
import { serveAsset } from "../storefront/serve-asset.ts";

export type Consent = { analytics: boolean; marketing: boolean; preferences: boolean; sale_of_data: boolean };

export type PixelFacts = {
  settings: Record<string, string>;
  /** The permissions without which the pixel is not loaded. */
  needs: string[];
  data: {
    customer: { id: string; email: string | null; ordersCount: number } | null;
    shop: { myshopifyDomain: string };
  };
};

/** Null: the app has no pixel in this shop. */
export function pixelFactsOf(store: Store, shop: ShopState, customer: Customer | null): PixelFacts | null {
  const extension = readPixelExtension(store);
  if (extension === null || shop.webPixel === undefined || shop.installation === null) return null;
  return {
    settings: shop.webPixel.settings,
    needs: extension.needs,
    data: {
      customer: customer && { id: customer.id, email: customer.email, ordersCount: 0 },
      shop: { myshopifyDomain: shop.domain },
    },
  };
}

const CDN = "/cdn/shopifycloud/pixel";

/**
 * The tags that load the app's pixel on a page. Empty: the app has none in this shop. `checkout`: of the thank-you page.
 */
export function pixelTags(
  store: Store,
  shop: ShopState,
  customer: Customer | null,
  checkout?: { token: string; order: { id: string } },
): string {
  const facts = pixelFactsOf(store, shop, customer);
  if (facts === null) return "";
  const all = { ...facts, sandbox: `${CDN}/sandbox.js`, bundle: `${CDN}/bundle.js`, ...(checkout ? { checkout } : {}) };
  const json = JSON.stringify(all).replaceAll("<", "\\u003c");
  return `<script type="application/json" id="pixel-facts">${json}</script><script src="${CDN}/pixels.js"></script>`;
}

export const CONSENT_SCRIPT = `<script src="/cdn/shopifycloud/consent.js"></script>`;

/** Serves what the tags load. Null: another path. */
export async function answerPixelFiles(store: Store, path: string): Promise<StoreAnswer | null> {
  if (!path.startsWith(`${CDN}/`)) return null;
  const name = path.slice(CDN.length + 1);
  const extension = name === "bundle.js" ? readPixelExtension(store) : null;
  if (extension) return serveAsset(join(extension.path, "dist"), `${extension.folder}.js`);
  return serveAsset(fileURLToPath(new URL("browser", import.meta.url)), name);
}

export const privacyOf = ({ analytics, marketing, preferences, sale_of_data }: Consent) => ({
  analyticsProcessingAllowed: analytics,
  marketingAllowed: marketing,
  preferencesProcessingAllowed: preferences,
  saleOfDataAllowed: sale_of_data,
});

/** The bundle as `npm run build` makes it. */
export const pixelBundle = ({ path, folder }: PixelExtension): string => join(path, "dist", `${folder}.js`);

export const readSandbox = (): string => readFileSync(new URL("browser/sandbox.js", import.meta.url), "utf8");
