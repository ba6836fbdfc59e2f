// Reads the names of products and collections that a merchant chose in Shopify's picker.
import { textsOf, type FieldViews } from "../field-view.ts";
import { resourcesIn } from "../resources.ts";
import type { Shop } from "../shop.server.ts";
import { adminFor, type AdminApi } from "./admin-api.server.ts";

const RESOURCE_NAMES = `query ResourceNames($ids: [ID!]!) {
  nodes(ids: $ids) { id ... on Product { title } ... on Collection { title } }
}`;

/** https://shopify.dev/docs/api/admin-graphql/latest/queries/nodes takes this many at once. */
const MOST_AT_ONCE = 250;
/** A page can be shown without the names, so it does not wait longer for them. */
const TIMEOUT_MS = 3000;

type Given = { fields: FieldViews; values: Readonly<Record<string, unknown>> };

/** The names by global id. An object that does not exist, or whose name does not arrive in time, is left out. */
export async function resourceNames(shop: Shop, given: readonly Given[]): Promise<Record<string, string>> {
  const ids = given.flatMap(({ fields, values }) => resourcesIn(fields, textsOf(fields, values)));
  if (ids.length === 0) return {};
  try {
    return await readTitles(await adminFor(shop, { timeoutMs: TIMEOUT_MS }), ids.slice(0, MOST_AT_ONCE));
  } catch (error) {
    shop.log.warn({ err: error }, "the names of chosen products and collections could not be read");
    return {};
  }
}

/** The titles by global id. */
export async function readTitles(admin: AdminApi, gids: readonly string[]): Promise<Record<string, string>> {
  const ids = [...new Set(gids)];
  const titles: [string, string][] = [];
  for (let at = 0; at < ids.length; at += MOST_AT_ONCE) {
    const { nodes } = await admin.request<{ nodes: ({ id: string; title?: string } | null)[] }>(RESOURCE_NAMES, {
      ids: ids.slice(at, at + MOST_AT_ONCE),
    });
    titles.push(...nodes.flatMap((node): [string, string][] => (node?.title ? [[node.id, node.title]] : [])));
  }
  return Object.fromEntries(titles);
}
