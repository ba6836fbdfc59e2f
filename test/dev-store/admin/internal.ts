// What App Bridge requests from the admin for the app: tokens, extensions, scopes, products, collections.

import { sessionToken } from "../auth/session-token.ts";
import { answerJson, readJson, type StoreAnswer, type StoreRequest } from "../http.ts";
import type { ShopState, Store } from "../model.ts";
import { collectionsOf } from "../collections.ts";
import { newEventId } from "../happen.ts";
import { readThemeExtensions, readUiExtensions } from "../storefront/extension-files.ts";
import { isEmbed, readLabel } from "./theme-editor.ts";

const THEME_ID = "gid://shopify/OnlineStoreTheme/1";

function listExtensions(store: Store, shop: ShopState): unknown[] {
  const themes = readThemeExtensions(store).map((extension) => ({
    handle: extension.handle,
    type: "theme_app_extension",
    activations: extension.blocks.map((block) => {
      const placed = shop.themeBlocks.filter((entry) => entry.block === `${extension.folder}/${block.file}`);
      return {
        target: block.schema.target,
        handle: block.file,
        name: readLabel(extension, block.schema.name),
        status: placed.length > 0 ? "active" : "available",
        activations: placed.map(({ id, template }) => ({
          target: isEmbed(block) ? block.schema.target : `template--${template}/apps/${id}`,
          themeId: THEME_ID,
        })),
      };
    }),
  }));
  const uis = readUiExtensions(store).map((extension) => ({
    handle: extension.handle,
    type: "ui_extension",
    activations: shop.checkoutBlocks
      .filter((entry) => entry.extension === extension.folder)
      .map(({ target }) => ({ target })),
  }));
  return [...themes, ...uis];
}

function describeScopes(store: Store, shop: ShopState): { granted: string[]; required: string[]; optional: string[] } {
  return { granted: shop.installation?.scopes ?? [], required: store.app.scopes, optional: store.app.optionalScopes };
}

function readScopes(request: StoreRequest): string[] {
  const body = readJson(request);
  const scopes = typeof body === "object" && body !== null && "scopes" in body ? body.scopes : [];
  return Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === "string") : [];
}

/** The merchant grants optional scopes of the app's configuration. Other scopes are not offered. */
function changeScopes(store: Store, shop: ShopState, request: StoreRequest, granting: boolean): StoreAnswer {
  const installation = shop.installation;
  if (installation === null) return answerJson({ error: "not installed" }, 404);
  const asked = readScopes(request).filter((scope) => store.app.optionalScopes.includes(scope));
  const previous = installation.scopes;
  const kept = previous.filter((scope) => !asked.includes(scope));
  installation.scopes = granting ? [...kept, ...asked] : kept;
  const data = { previous, current: installation.scopes };
  store.emit(shop, { topic: "app/scopes_update", resourceId: installation.id, eventId: newEventId(), data });
  const detail = describeScopes(store, shop);
  return answerJson(granting ? { result: "granted-all", detail } : { detail });
}

const listCollections = (shop: ShopState): unknown[] =>
  collectionsOf(shop).map(({ id, title, handle, products }) => ({
    ...{ id: `gid://shopify/Collection/${id}`, title, handle, productsCount: products.length },
  }));

function listProducts(shop: ShopState): unknown[] {
  return [...shop.products.values()].map((product) => ({
    id: `gid://shopify/Product/${product.id}`,
    title: product.title,
    handle: product.handle,
    vendor: product.vendor,
    productType: product.productType,
    tags: product.tags,
    images: [],
    variants: product.variants.map(({ id, title, price, sku }) => ({
      id: `gid://shopify/ProductVariant/${id}`,
      title,
      price,
      sku,
    })),
  }));
}

/** `name` is the path after /admin/internal/. */
export function answerInternal(store: Store, shop: ShopState, request: StoreRequest, name: string): StoreAnswer | null {
  if (name === "id-token") return answerJson({ token: sessionToken(store, shop) });
  if (name === "extensions") return answerJson(listExtensions(store, shop));
  if (name === "scopes") return answerJson(describeScopes(store, shop));
  if (name === "scopes/request") return changeScopes(store, shop, request, true);
  if (name === "scopes/revoke") return changeScopes(store, shop, request, false);
  if (name === "products") return answerJson(listProducts(shop));
  if (name === "collections") return answerJson(listCollections(shop));
  return null;
}
