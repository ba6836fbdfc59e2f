// The metafield definitions that shopify.app.toml declares. A shop has them once the app is installed.
// https://shopify.dev/docs/apps/build/custom-data/declarative-custom-data-definitions

import { appIdOf, resolveNamespace } from "../admin-api/app-namespace.ts";
import type { MetafieldDefinition, ShopState, Store, TomlValue } from "../model.ts";

type Table = { [key: string]: TomlValue };

const OWNERS: Record<string, string> = {
  customer: "CUSTOMER",
  order: "ORDER",
  product: "PRODUCT",
  shop: "SHOP",
  variant: "PRODUCTVARIANT",
};

const asTable = (value: TomlValue | undefined): Table =>
  typeof value === "object" && !Array.isArray(value) ? value : {};

export function declareMetafields(store: Store, shop: ShopState): void {
  for (const [resource, ownerType] of Object.entries(OWNERS)) {
    const declared = asTable(asTable(asTable(store.app.toml[resource])["metafields"])["app"]);
    for (const [key, value] of Object.entries(declared)) declare(store, shop, ownerType, key, asTable(value));
  }
}

function declare(store: Store, shop: ShopState, ownerType: string, key: string, value: Table): void {
  const namespace = resolveNamespace("$app", appIdOf(store));
  const before = [...shop.metafieldDefinitions.values()].find(
    (one) => one.ownerType === ownerType && one.namespace === namespace && one.key === key,
  );
  const definition: MetafieldDefinition = {
    id: before?.id ?? store.newId(shop),
    ownerType,
    namespace,
    key,
    name: typeof value["name"] === "string" ? value["name"] : key,
    type: typeof value["type"] === "string" ? value["type"] : "",
    adminFilterable: asTable(value["capabilities"])["admin_filterable"] === true,
  };
  shop.metafieldDefinitions.set(definition.id, definition);
}
