// Creates the shop's web pixel in Shopify, and corrects its settings. A pixel that is gone is created with a new account.
// https://shopify.dev/docs/apps/build/marketing-analytics/build-web-pixels
import { randomBytes } from "node:crypto";
import { env } from "../../env.server.ts";
import type { Shop } from "../../shop.server.ts";
import { AdminApiError, adminFor, type AdminApi } from "../admin-api.server.ts";
import { readRow, writeAccount, writeAnswer, type PixelFault } from "./state.server.ts";

/** The settings that extensions/pixel/shopify.extension.toml declares. */
type Settings = { shop: string; account: string; url: string };

const READ = /* GraphQL */ `
  query ReadPixel {
    webPixel {
      id
      settings
    }
  }
`;

const CREATE = /* GraphQL */ `
  mutation CreatePixel($settings: JSON!) {
    webPixelCreate(webPixel: { settings: $settings }) {
      webPixel {
        id
      }
      userErrors {
        code
        message
      }
    }
  }
`;

const UPDATE = /* GraphQL */ `
  mutation UpdatePixel($id: ID!, $settings: JSON!) {
    webPixelUpdate(id: $id, webPixel: { settings: $settings }) {
      webPixel {
        id
      }
      userErrors {
        code
        message
      }
    }
  }
`;

type Pixel = { id: string; settings: unknown };
/** Null: the merchant has not granted the access. */
type Written = { userErrors: { code: string | null; message: string }[] } | null;

/** 128 bits. Public, since every shopper's browser has it. It cannot be guessed from another shop's. */
const newAccount = () => randomBytes(16).toString("base64url");

/** Asks Shopify for the pixel, and makes it what it must be. */
export async function lookAtPixel(shop: Shop, admin?: AdminApi): Promise<void> {
  const api = admin ?? (await adminFor(shop));
  const pixel = await readPixel(api);
  const held = await shop.db.tx((tx) => readRow(shop, tx));
  const account = pixel !== null && held ? held.account : newAccount();
  if (account !== held?.account) await writeAccount(shop, account);
  const settings = { shop: shop.id, account, url: new URL("/pixel", env.SHOPIFY_APP_URL).href };
  const fault = pixel && isSame(pixel, settings) ? null : await write(shop, api, pixel, settings);
  await writeAnswer(shop, fault);
}

/** Shopify answers with an error where the app has no pixel: `No web pixel was found for this app.` Its code is not documented. */
async function readPixel(api: AdminApi): Promise<Pixel | null> {
  try {
    return (await api.request<{ webPixel: Pixel | null }>(READ)).webPixel;
  } catch (error) {
    const isMissing =
      error instanceof AdminApiError &&
      error.failure === "refused" &&
      error.faults.some(({ message }) => /no web pixel/i.test(message));
    if (isMissing) return null;
    throw error;
  }
}

/** Shopify returns the settings as JSON, or as a text that holds JSON. */
function isSame({ settings }: Pixel, wanted: Settings): boolean {
  try {
    const held = (typeof settings === "string" ? JSON.parse(settings) : settings) as Partial<Settings> | null;
    return held?.shop === wanted.shop && held.account === wanted.account && held.url === wanted.url;
  } catch {
    return false;
  }
}

async function write(shop: Shop, api: AdminApi, pixel: Pixel | null, wanted: Settings): Promise<PixelFault | null> {
  const settings = JSON.stringify(wanted);
  const written = pixel
    ? (await api.request<{ webPixelUpdate: Written }>(UPDATE, { id: pixel.id, settings })).webPixelUpdate
    : (await api.request<{ webPixelCreate: Written }>(CREATE, { settings })).webPixelCreate;
  if (written === null) return "scope";
  if (written.userErrors.length === 0) return null;
  shop.log.warn({ faults: written.userErrors }, "Shopify refused the web pixel");
  return "refused";
}
