import { emitAll, newEventId, stamp } from "../../happen.ts";
import type { Segment, ShopState } from "../../model.ts";
import { checkSegment, wordSegmentFault } from "../../segments/check.ts";
import { beginEmpty } from "../../segments/members.ts";
import type { Context, Fields } from "../context.ts";
import { gid, ownId } from "../gid.ts";
import { lagBehind } from "../search/lag.ts";

type UserError = { field: string[] | null; message: string };
const MOST_SEGMENTS = 6000;
const LONGEST_NAME = 255;
const LONGEST_QUERY = 5000;

/** First checks that the name is present and not too long, without surrounding spaces. Then parses the query. */
function faultsOf({ shop, appId }: Context, name: string | null, query: string | null): UserError[] {
  const errors: UserError[] = [];
  if (name !== null && name.trim() === "") errors.push({ field: ["name"], message: "Name can't be blank" });
  if (name !== null && name.trim().length > LONGEST_NAME) {
    errors.push({ field: ["name"], message: `Name is too long (maximum is ${LONGEST_NAME} characters)` });
  }
  if (query !== null && query.trim() === "") errors.push({ field: ["query"], message: "Query can't be blank" });
  if (query !== null && query.length > LONGEST_QUERY) {
    errors.push({ field: ["query"], message: `Query is too long (maximum is ${LONGEST_QUERY} characters)` });
  }
  if (errors.length > 0 || query === null) return errors;
  const checked = checkSegment(shop, appId, query);
  if (checked.ok) return [];
  return checked.faults.map((fault) => ({ field: ["query"], message: `Query ${wordSegmentFault(query, fault)}` }));
}

const MOST_NUMBERS = 10;
const TAKEN: UserError = { field: ["name"], message: "Name has already been taken" };

/** A taken name gets the next free number. A number at its end is raised. Null: ten numbers are taken. */
function freeName(shop: ShopState, asked: string, own: string | null): string | null {
  const name = asked.trim();
  const taken = new Set([...shop.segments.values()].filter((one) => one.id !== own).map((one) => one.name));
  if (!taken.has(name)) return name;
  const [, stem = name, last = "1"] = /^(.*) \((\d{1,9})\)$/.exec(name) ?? [];
  const numbered = Array.from({ length: MOST_NUMBERS }, (_, at) => `${stem} (${Number(last) + 1 + at})`);
  return numbered.find((one) => !taken.has(one)) ?? null;
}

export const segmentMutations: Fields = {
  segmentCreate: (_: unknown, { name, query }: { name: string; query: string }, context: Context) => {
    const { store, shop } = context;
    const userErrors = faultsOf(context, name, query);
    if (userErrors.length === 0 && shop.segments.size >= MOST_SEGMENTS) {
      const message = "Segment limit reached. Delete an existing segment to create more.";
      userErrors.push({ field: null, message });
    }
    if (userErrors.length > 0) return { segment: null, userErrors };
    const now = stamp(store);
    const id = store.newId(shop);
    const free = freeName(shop, name, null);
    if (free === null) return { segment: null, userErrors: [TAKEN] };
    const segment: Segment = { id, name: free, query, creationDate: now, lastEditDate: now };
    lagBehind(store, segment, null);
    shop.segments.set(id, segment);
    beginEmpty(store, shop, query);
    emitAll(store, shop, newEventId(), [{ topic: "segments/create", resourceId: id }]);
    return { segment, userErrors };
  },
  segmentUpdate: (
    _: unknown,
    { id, name = null, query = null }: { id: string; name?: string | null; query?: string | null },
    context: Context,
  ) => {
    const { store, shop } = context;
    const segment = shop.segments.get(ownId("Segment", id));
    if (segment === undefined) return { segment: null, userErrors: [DOES_NOT_EXIST] };
    if (name === null && query === null) {
      return {
        segment: null,
        userErrors: [{ field: null, message: "At least one attribute to change must be present" }],
      };
    }
    const userErrors = faultsOf(context, name, query);
    if (userErrors.length > 0) return { segment: null, userErrors };
    const free = name === null ? segment.name : freeName(shop, name, segment.id);
    if (free === null) return { segment: null, userErrors: [TAKEN] };
    lagBehind(store, segment, segment);
    segment.name = free;
    if (query !== null) segment.query = query;
    segment.lastEditDate = stamp(store);
    emitAll(store, shop, newEventId(), [{ topic: "segments/update", resourceId: segment.id }]);
    return { segment, userErrors };
  },
  segmentDelete: (_: unknown, { id }: { id: string }, { store, shop }: Context) => {
    const segmentId = ownId("Segment", id);
    if (!shop.segments.delete(segmentId)) return { deletedSegmentId: null, userErrors: [DOES_NOT_EXIST] };
    emitAll(store, shop, newEventId(), [{ topic: "segments/delete", resourceId: segmentId }]);
    return { deletedSegmentId: gid("Segment", segmentId), userErrors: [] };
  },
};

const DOES_NOT_EXIST: UserError = { field: ["id"], message: "Segment does not exist" };
