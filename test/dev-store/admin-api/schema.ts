// Shopify's published Admin API schema, and the access scopes that it requires.

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { buildClientSchema, type GraphQLSchema, type IntrospectionQuery } from "graphql";

type ScopeItem = { typeName: string; fieldName?: string; requiredAccess: string; offlineScopes: string[] };
type SchemaFile = { data: IntrospectionQuery; offline_scopes: { items: ScopeItem[] } };

/** `scopes`: one of them is enough. `words`: as Shopify's refusal names them. */
export type Access = { scopes: string[]; words: string };

export type AdminSchema = {
  schema: GraphQLSchema;
  /** What the field, else its return type, requires. Null: nothing. */
  accessOf(typeName: string, fieldName: string | null): Access | null;
};

let loaded: AdminSchema | null = null;

export function adminSchema(): AdminSchema {
  loaded ??= load();
  return loaded;
}

function load(): AdminSchema {
  const packed = readFileSync(new URL("./admin_2026-10.json.gz", import.meta.url));
  const file: SchemaFile = JSON.parse(gunzipSync(packed).toString("utf8"));
  const access = new Map<string, Access>();
  for (const item of file.offline_scopes.items) {
    if (item.offlineScopes.length === 0) continue;
    const key = item.fieldName === undefined ? item.typeName : `${item.typeName}.${item.fieldName}`;
    access.set(key, { scopes: item.offlineScopes, words: item.requiredAccess });
  }
  return {
    schema: buildClientSchema(file.data, { assumeValid: true }),
    accessOf: (typeName, fieldName) => access.get(fieldName === null ? typeName : `${typeName}.${fieldName}`) ?? null,
  };
}
