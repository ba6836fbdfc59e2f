// The app's web pixel in a shop. An app has one. See SOURCES.md for what is known of Shopify's answers.
import { readPixelExtension } from "../../storefront/extension-files.ts";
import { allScopes, type Context, type Fields } from "../context.ts";
import type { WebPixel } from "../fields/web-pixel.ts";
import { gid, idOf } from "../gid.ts";
import { accessDenied } from "../refusal.ts";

type UserError = { code: string; field: string[] | null; message: string };
type Input = { webPixel: { settings: unknown } };

const fault = (code: string, field: string[] | null, message: string): UserError => ({ code, field, message });

/** The schema's notes name this scope beside write_pixels. */
function needEvents({ scopes }: Context, name: string): void {
  if (!allScopes([...scopes]).has("read_customer_events"))
    throw accessDenied(
      name,
      "`write_pixels` access scope. Also: The app requires read_customer_events access scope and user access permission.",
    );
}

type Checked = { settings: WebPixel["settings"] } | { error: UserError };

function checkSettings({ store }: Context, given: unknown): Checked {
  const extension = readPixelExtension(store);
  if (extension === null) return { error: fault("NO_EXTENSION", null, "No extension found.") };
  let settings: unknown = given;
  try {
    if (typeof given === "string") settings = JSON.parse(given);
  } catch {
    return { error: fault("INVALID_CONFIGURATION_JSON", ["settings"], "The provided settings is not a valid JSON.") };
  }
  const named = typeof settings === "object" && settings !== null ? Object.entries(settings) : [];
  const fits =
    named.length === extension.settings.length &&
    named.every(([name, value]) => extension.settings.includes(name) && typeof value === "string" && value !== "");
  const message = "The provided settings does not match the expected settings definition on the app.";
  return fits ? { settings: Object.fromEntries(named) } : { error: fault("INVALID_SETTINGS", ["settings"], message) };
}

const refused = (error: UserError) => ({ webPixel: null, userErrors: [error] });
const NOT_FOUND = fault("NOT_FOUND", ["id"], "The record with the ID used as the input value couldn't be found.");

export const pixelMutations: Fields = {
  webPixelCreate: (_: unknown, { webPixel: { settings } }: Input, context: Context) => {
    const { store, shop } = context;
    needEvents(context, "webPixelCreate");
    const checked = checkSettings(context, settings);
    if ("error" in checked) return refused(checked.error);
    if (shop.webPixel) return refused(fault("TAKEN", null, "Web pixel is taken."));
    shop.webPixel = { id: store.newId(shop), settings: checked.settings };
    return { webPixel: shop.webPixel, userErrors: [] };
  },
  webPixelUpdate: (_: unknown, { id, webPixel: { settings } }: Input & { id: string }, context: Context) => {
    needEvents(context, "webPixelUpdate");
    const held = context.shop.webPixel;
    if (held === undefined || idOf("WebPixel", id) !== held.id) return refused(NOT_FOUND);
    const checked = checkSettings(context, settings);
    if ("error" in checked) return refused(checked.error);
    held.settings = checked.settings;
    return { webPixel: held, userErrors: [] };
  },
  webPixelDelete: (_: unknown, { id }: { id: string }, { shop }: Context) => {
    const held = shop.webPixel;
    if (held === undefined || idOf("WebPixel", id) !== held.id)
      return { deletedWebPixelId: null, userErrors: [NOT_FOUND] };
    delete shop.webPixel;
    return { deletedWebPixelId: gid("WebPixel", held.id), userErrors: [] };
  },
};
