// A list of an object that has more items than one page of an answer.
import type { AdminApi } from "../../../../shopify/admin-api.server.ts";

export type List<Item = unknown> = { pageInfo: { hasNextPage: boolean; endCursor: string | null }; nodes: Item[] };

/** The parent is null where the object was deleted meanwhile. */
type More = { parent: { children?: List } | null };

/** The items of all pages. `query` asks for a page of `children` of the `parent` with this id, after a cursor. */
export async function allItems(
  admin: AdminApi,
  query: string,
  id: unknown,
  first: List | undefined,
): Promise<unknown[]> {
  const items: unknown[] = [];
  for (let list = first; list;) {
    items.push(...list.nodes);
    const { hasNextPage, endCursor } = list.pageInfo;
    if (!hasNextPage) break;
    const { parent } = await admin.request<More>(query, { id, after: endCursor });
    list = parent?.children;
  }
  return items;
}
