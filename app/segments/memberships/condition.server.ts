import type { Sql } from "../../db.server.ts";
import { withoutInvisible } from "../../invisible.ts";
import type { Shop } from "../../shop.server.ts";
import { readOnce, type Engine } from "./live-segment.server.ts";
import { compile } from "../query/compile/compile.server.ts";
import type { Fault } from "../query/fault.ts";

/** The query as a condition on the customer `c`. Null where the text is not a query, such as a name in a search. */
export function conditionOf(shop: Shop, text: string, engine: Engine): Sql | null {
  const read = readOnce(text, engine);
  if (Array.isArray(read)) return null;
  return compile(read.query, engine.attributes, { now: shop.now(), timeZone: shop.timeZone });
}

/** The fault of a text that is meant as a query: the text has a comparison, or begins with the name of an attribute. Else null. */
export function faultIn(text: string, engine: Engine): Fault | null {
  const [first = ""] = withoutInvisible(text).trim().split(/\W/, 1);
  if (!/[<>=]/.test(text) && !Object.hasOwn(engine.attributes, first)) return null;
  const read = readOnce(text, engine);
  return Array.isArray(read) ? (read[0] ?? null) : null;
}
