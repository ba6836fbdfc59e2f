// The data and the actions of the segment editor.
import type { Outcome } from "../errors.ts";
import type { Shop } from "../shop.server.ts";
import type { Catalogue } from "./attribute.ts";
import { catalogueOf } from "./attribute.server.ts";
import { readGrowth } from "./memberships/stays/history.server.ts";
import type { SizeHistory, Standing } from "./list/listing.ts";
import type { Engine } from "./memberships/live-segment.server.ts";
import { archiveSegment, restoreSegment } from "./definition/archive-segment.server.ts";
import { duplicateSegment, saveSegment, type Saving } from "./definition/save-segment.server.ts";
import { clausesOf } from "./query/grammar/ast.ts";
import { parse } from "./query/grammar/parse.ts";
import { readHolders, readSegment, segmentNames, type Holder } from "./segment.server.ts";

const HISTORY_DAYS = 90;

export type EditorView = {
  /** Null for a new segment. */
  id: string | null;
  /** A save sends the version back and is refused if the segment has a newer version. Empty for a new segment. */
  version: string;
  name: string;
  query: string;
  /** The chosen template's name and query for a new segment; not saved yet. */
  template: { name: string; query: string } | null;
  catalogue: Catalogue;
  /** Names of the other segments. */
  others: string[];
  standing: Standing | null;
  history: SizeHistory | null;
  /** The attributes and functions in the saved query, whether they exist or not. */
  names: string[];
  /** What keeps the segment from being archived. */
  holders: Holder[];
};

const NEW = { version: "", name: "", query: "", template: null, standing: null, history: null, names: [], holders: [] };

/** Null where the shop has no such segment. */
export async function readEditor(shop: Shop, engine: Engine, id: string | null): Promise<EditorView | null> {
  const catalogue = catalogueOf(engine.attributes);
  const others = (await segmentNames(shop)).filter((one) => one.id !== id).map(({ name }) => name);
  if (id === null) return { id, ...NEW, catalogue, others };
  const segment = await readSegment(shop, id);
  if (!segment) return null;
  const { name, query, version, evaluatedAt, fault, isLate, uses, count } = segment;
  const growth = (await readGrowth(shop, { days: HISTORY_DAYS, segment: id })).get(id) ?? null;
  const history = { count, growth, asOf: shop.now() };
  const standing = { evaluatedAt, fault, isLate, uses };
  const holders = await shop.db.tx((tx) => readHolders(shop, tx, id));
  return {
    id,
    version,
    name,
    query,
    template: null,
    catalogue,
    others,
    standing,
    history,
    names: namesIn(query),
    holders,
  };
}

function namesIn(query: string): string[] {
  const parsed = parse(query);
  return parsed.ok ? clausesOf(parsed.query).map(({ name }) => name.text) : [];
}

/** What the editor's buttons do: `save`, `archive`, `restore`, `duplicate`. `next` is the page to go to. */
export async function actOnSegment(
  shop: Shop,
  id: string | null,
  form: FormData,
  by: Pick<Saving, "engine" | "actor">,
): Promise<Outcome<{ next: string | null }>> {
  const text = (name: string) => String(form.get(name) ?? "");
  const intent = text("intent");
  if (id !== null && intent === "archive") {
    const archived = await archiveSegment(shop, { id, actor: by.actor });
    return archived.ok ? { ok: true, next: `/app/segments?archived=${id}` } : archived;
  }
  if (id !== null && intent === "restore") {
    const restored = await restoreSegment(shop, { id, actor: by.actor });
    return restored.ok ? { ok: true, next: `/app/segments/${id}` } : restored;
  }
  if (id !== null && intent === "duplicate") {
    const copy = await duplicateSegment(shop, id, text("name"), by);
    return copy.ok ? { ok: true, next: `/app/segments/${copy.id}` } : copy;
  }
  const draft = { ...(id === null ? {} : { id }), name: text("name"), query: text("query") };
  const saved = await saveSegment(shop, draft, { ...by, expectedVersion: text("version") || undefined });
  return saved.ok ? { ok: true, next: id === null ? `/app/segments/${saved.id}` : null } : saved;
}
