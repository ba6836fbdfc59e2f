import { createHash } from "node:crypto";
import type { Metafield, MetafieldDefinition } from "../../model.ts";
import { isForeign, resolveNamespace } from "../app-namespace.ts";
import { connect, type PageArgs } from "../connection.ts";
import type { Context, Fields } from "../context.ts";
import { gid, parseGid } from "../gid.ts";
import { badRequest } from "../refusal.ts";
import { search, type Searchable } from "../search/search.ts";
import type { GraphQLResolveInfo } from "graphql";

const OWNER_TYPES: Record<string, string> = {
  AppInstallation: "API_PERMISSION",
  Customer: "CUSTOMER",
  DiscountAutomaticNode: "DISCOUNT",
  DiscountCodeNode: "DISCOUNT",
  DiscountNode: "DISCOUNT",
  Order: "ORDER",
  Product: "PRODUCT",
  ProductVariant: "PRODUCTVARIANT",
  Shop: "SHOP",
};

/** Null if the id's resource cannot have metafields. */
export function ownerTypeOf(ownerId: string): string | null {
  return OWNER_TYPES[parseGid(ownerId)?.type ?? ""] ?? null;
}

export function metafieldKey(ownerId: string, namespace: string, key: string): string {
  return `${ownerId} ${namespace} ${key}`;
}

/** Changes whenever the value or the type changes. The app must not interpret it. */
export function compareDigest({ type, value }: Metafield): string {
  return createHash("sha256").update(`${type}\n${value}`).digest("hex");
}

/** The two fields of everything with metafields. */
export function metafieldOwner<Source>(ownerIdOf: (source: Source) => string): Fields {
  return {
    metafield: (source: Source, args: { namespace?: string | null; key: string }, context: Context) => {
      const [namespace, key] =
        args.key.includes(".") && args.namespace == null ? split(args.key) : [args.namespace, args.key];
      const resolved = resolveNamespace(namespace, context.appId);
      if (isForeign(resolved, context.appId)) return null;
      return context.shop.metafields.get(metafieldKey(ownerIdOf(source), resolved, key)) ?? null;
    },
    metafields: (
      source: Source,
      args: PageArgs & { namespace?: string | null; keys?: string[] | null },
      context: Context,
    ) => {
      const namespace = args.namespace == null ? null : resolveNamespace(args.namespace, context.appId);
      const keys = args.keys?.map((key) => split(key).join(" ")) ?? null;
      const found = metafieldsOf(context, ownerIdOf(source)).filter(
        (one) =>
          !isForeign(one.namespace, context.appId) &&
          (namespace === null || one.namespace === namespace) &&
          (keys === null || keys.includes(`${one.namespace} ${one.key}`)),
      );
      return connect(context, found, args, byId);
    },
  };
}

const byId = { id: (one: { id: string }) => one.id, value: (one: { id: string }) => BigInt(one.id) };

function split(key: string): [string, string] {
  const dot = key.lastIndexOf(".");
  return [key.slice(0, dot), key.slice(dot + 1)];
}

/** All metafields are read once for each request, not once for each owner. */
const owned = new WeakMap<Context, Map<string, Metafield[]>>();

function metafieldsOf(context: Context, ownerId: string): Metafield[] {
  let byOwner = owned.get(context);
  if (byOwner === undefined) {
    byOwner = Map.groupBy(context.shop.metafields.values(), (one) => one.ownerId);
    owned.set(context, byOwner);
  }
  return byOwner.get(ownerId) ?? [];
}

/** Call after a write in the same request. */
export function forgetOwned(context: Context): void {
  owned.delete(context);
}

export const metafieldFields: Fields = {
  id: (one: Metafield) => gid("Metafield", one.id),
  legacyResourceId: (one: Metafield) => one.id,
  compareDigest,
  createdAt: (one: Metafield) => one.updatedAt,
  updatedAt: (one: Metafield) => one.updatedAt,
  definition: (one: Metafield, _args: never, context: Context) =>
    definitionOf(context, ownerTypeOf(one.ownerId) ?? "", one.namespace, one.key),
  description: () => null,
  jsonValue: (one: Metafield) => jsonValue(one),
  owner: (one: Metafield, _args: never, context: Context) => context.node(context, one.ownerId),
  ownerType: (one: Metafield) => ownerTypeOf(one.ownerId),
  reference: () => null,
  references: () => null,
  sizeInBytes: (one: Metafield) => Buffer.byteLength(one.value),
};

function jsonValue({ type, value }: Metafield): unknown {
  const plain = ["single_line_text_field", "multi_line_text_field", "date", "date_time", "color", "url", "id"];
  return plain.includes(type) || type.endsWith("_reference") ? value : JSON.parse(value);
}

export function definitionOf(
  { shop }: Context,
  ownerType: string,
  namespace: string,
  key: string,
): MetafieldDefinition | null {
  for (const one of shop.metafieldDefinitions.values()) {
    if (one.ownerType === ownerType && one.namespace === namespace && one.key === key) return one;
  }
  return null;
}

export const definitionFields: Fields = {
  id: (one: MetafieldDefinition) => gid("MetafieldDefinition", one.id),
  access: (one: MetafieldDefinition) => ({
    admin: one.namespace.startsWith("app--") ? "MERCHANT_READ" : "PUBLIC_READ_WRITE",
    customerAccount: "NONE",
    storefront: "NONE",
  }),
  capabilities: (one: MetafieldDefinition) => ({
    adminFilterable: {
      eligible: isFilterable(one.type),
      enabled: one.adminFilterable,
      status: one.adminFilterable ? "FILTERABLE" : "NOT_FILTERABLE",
    },
    smartCollectionCondition: { eligible: false, enabled: false },
    uniqueValues: { eligible: false, enabled: false },
    analyticsQueryable: { eligible: false, enabled: false },
    cartToOrderCopyable: { eligible: false, enabled: false },
  }),
  constraints: () => null,
  description: () => null,
  metafieldsCount: (one: MetafieldDefinition, _args: never, context: Context) =>
    [...context.shop.metafields.values()].filter((field) => belongsTo(field, one)).length,
  metafields: (one: MetafieldDefinition, args: PageArgs, context: Context) =>
    connect(
      context,
      [...context.shop.metafields.values()].filter((field) => belongsTo(field, one)),
      args,
      byId,
    ),
  pinnedPosition: () => null,
  standardTemplate: () => null,
  type: ({ type }: MetafieldDefinition) => ({ name: type, category: categoryOf(type), valueType: "STRING" }),
  useAsCollectionCondition: () => false,
  validationStatus: () => "ALL_VALID",
  validations: () => [],
};

/** The types whose definition can be a filter of customers in the admin. */
export function isFilterable(type: string): boolean {
  const item = type.replace(/^list\./, "");
  const plain = ["single_line_text_field", "number_integer", "number_decimal", "boolean", "date", "date_time"];
  return plain.includes(item) && (!type.startsWith("list.") || item !== "boolean");
}

function categoryOf(type: string): string {
  if (type.includes("number")) return "NUMBER";
  if (type.includes("date")) return "DATE_TIME";
  if (type === "boolean") return "TRUE_FALSE";
  return type === "json" ? "JSON" : "TEXT";
}

function belongsTo(field: Metafield, definition: MetafieldDefinition): boolean {
  return (
    field.namespace === definition.namespace &&
    field.key === definition.key &&
    ownerTypeOf(field.ownerId) === definition.ownerType
  );
}

const searchable: Searchable<MetafieldDefinition> = {
  words: (one) => [one.name, one.key, one.namespace],
  filters: {
    id: { type: "id", of: (one) => one.id },
    key: { type: "word", of: (one) => one.key },
    namespace: { type: "word", of: (one) => one.namespace },
    owner_type: { type: "word", of: (one) => one.ownerType },
    type: { type: "word", of: (one) => one.type },
  },
};

type DefinitionsArgs = PageArgs & {
  ownerType: string;
  namespace?: string | null;
  key?: string | null;
  query?: string | null;
  sortKey?: string;
};
type DefinitionIdentifier = { ownerType: string; namespace?: string | null; key: string };

export function identifiedDefinition(context: Context, identifier: DefinitionIdentifier): MetafieldDefinition | null {
  const namespace = resolveNamespace(identifier.namespace, context.appId);
  return definitionOf(context, identifier.ownerType, namespace, identifier.key);
}

export const metafieldQueries: Fields = {
  metafieldDefinition: (
    _: unknown,
    args: { id?: string | null; identifier?: DefinitionIdentifier | null },
    context: Context,
  ) => {
    if (args.id != null) return context.shop.metafieldDefinitions.get(parseGid(args.id)?.id ?? "") ?? null;
    if (args.identifier == null) throw badRequest("Exactly one of id or identifier is required.");
    return identifiedDefinition(context, args.identifier);
  },
  metafieldDefinitions: (_: unknown, args: DefinitionsArgs, context: Context, info: GraphQLResolveInfo) => {
    const namespace = args.namespace == null ? null : resolveNamespace(args.namespace, context.appId);
    const definitions = [...context.shop.metafieldDefinitions.values()].filter(
      (one) =>
        one.ownerType === args.ownerType &&
        (namespace === null || one.namespace === namespace) &&
        (args.key == null || one.key === args.key),
    );
    const found = search(context, info, definitions, args.query, searchable);
    const order = args.sortKey === "NAME" ? { ...byId, value: (one: MetafieldDefinition) => one.name } : byId;
    return connect(context, found, args, order);
  },
};
