// The shop's own values as suggestions in the editor: an exact match first, then values that begin with the typed text, then
// others that contain the text; each of these by frequency.
import { type Sql, sql } from "../../db.server.ts";
import type { Shop } from "../../shop.server.ts";
import { type AttributeMap, isFunction, type Suggest } from "../attribute.server.ts";
import type { ListType, Named, ValueType } from "../attribute.ts";
import { isStatementError } from "../memberships/failing.server.ts";
import type { Engine } from "../memberships/live-segment.server.ts";
import { elementOf } from "../query/check.ts";
import { quoteText } from "../query/grammar/format.ts";
import { readOnly } from "../read-only.server.ts";
import { nameOfValue, placeName, type Place } from "./value-names.ts";
import { type OfferedValue, questionIn } from "./value-source.ts";

const LIMIT = 20;
const TIMEOUT_MS = 2000;
/** The most languages or regions that are read. All are read, since their names in the reader's language are not in the database. */
const MAX_NAMED_VALUES = 1000;

type Row = { value: string; title: string | null; customers: number | null } & Place;
type Source = { suggest: Suggest; named: Named | undefined; isId: boolean };
type Reader = { engine: Engine; locale: string };

/** Undefined where the attribute or parameter does not exist or suggests no values. */
function sourceOf(attributes: AttributeMap, attribute: string, parameter: string): Source | undefined {
  const entry = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
  if (!entry) return undefined;
  const asked = isFunction(entry) ? own(entry.params, parameter) : parameter === "" ? entry : undefined;
  if (!asked?.suggest) return undefined;
  const { suggest, named, type } = asked;
  return { suggest, named, isId: typeof type === "string" && isIdType(type) };
}

const own = <Value>(map: Record<string, Value>, name: string) => (Object.hasOwn(map, name) ? map[name] : undefined);
const isIdType = (type: ValueType | ListType) => elementOf(type) === "id";

/** Empty where the shop has no values, where the attribute suggests none, and where reading takes too long. */
export async function offerValues(
  shop: Shop,
  asked: URLSearchParams,
  { engine, locale }: Reader,
): Promise<OfferedValue[]> {
  const { attribute, parameter, given, search } = questionIn(asked);
  const source = sourceOf(engine.attributes, attribute, parameter);
  if (!source) return [];
  const { named, isId } = source;
  const byName = named === "language" || named === "region";
  const rows = await read(shop, engine, attribute, () => {
    const known = source.suggest({ shopId: shop.id, given });
    return byName ? mostFrequent(known, "", MAX_NAMED_VALUES) : mostFrequent(known, search, LIMIT);
  });
  const nameOf = ({ value, title, region, country }: Row) =>
    title !== null && country !== null
      ? placeName({ city: title, region, country }, locale)
      : (title ?? (byName ? nameOfValue(value, named, locale, (key) => key) : null));
  const values = rows.map((row) => ({ ...row, title: nameOf(row) }));
  return (byName ? fittingByName(values, search) : values).map(({ value, title, customers }) => ({
    text: isId ? value : quoteText(value),
    ...(title ? { title } : {}),
    ...(customers === null ? {} : { customers }),
  }));
}

/** A plugin's faulty statement suggests nothing, and the plugin's page shows the error. */
async function read(shop: Shop, engine: Engine, attribute: string, statement: () => Sql): Promise<Row[]> {
  const report = async (error: unknown): Promise<Row[]> => {
    shop.log.error({ err: error, attribute }, "values could not be suggested");
    await shop.db.tx(async (tx) => engine.attributeFailed?.(tx, attribute, error, statement));
    return [];
  };
  let asked: Sql;
  try {
    asked = statement();
  } catch (error) {
    return report(error);
  }
  try {
    return (await readOnly(shop, TIMEOUT_MS, (tx) => tx.rows<Row>(asked))) ?? [];
  } catch (error) {
    if (!isStatementError(error)) throw error;
    return report(error);
  }
}

/** Leaves out values that end in a backslash: the language has no literal for them. */
function mostFrequent(known: Sql, search: string, limit: number): Sql {
  const place = sql`position(${search}::text in lower(normalize(coalesce(known.title, known.value))))`;
  const isWhole = sql`lower(normalize(known.value)) = ${search}::text`;
  return sql`select known.value, known.title, (to_jsonb(known) ->> 'customers')::int as customers,
      to_jsonb(known) ->> 'region' as region, to_jsonb(known) ->> 'country' as country from (${known}) known
    where known.value <> '' and known.value !~ '\\\\$'
      and (${search}::text = '' or ${place} > 0 or position(${search}::text in lower(normalize(known.value))) > 0)
    order by ${isWhole} desc, ${place} <> 1, known.times desc, coalesce(known.title, known.value), known.value limit ${limit}`;
}

function fittingByName(rows: Row[], search: string): Row[] {
  const texts = ({ value, title }: Row) => [value, title ?? ""].map((text) => text.toLowerCase());
  const begins = rows.filter((row) => texts(row).some((text) => text.startsWith(search)));
  const holds = rows.filter((row) => !begins.includes(row) && texts(row).some((text) => text.includes(search)));
  return [...begins, ...holds].slice(0, LIMIT);
}
