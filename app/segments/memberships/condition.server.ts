import type { Sql } from "../../db.server.ts";
import { withoutInvisible } from "../../invisible.ts";
import type { Shop } from "../../shop.server.ts";
import { readOnce, type Engine } from "./live-segment.server.ts";
import { compile } from "../query/compile/compile.server.ts";
import type { Fault } from "../query/fault.ts";

/** A query as a condition on the customer `c`; null where the text is no query, such as a name that is searched for. */
export function conditionOf(shop: Shop, text: string, engine: Engine): Sql | null {
  const read = readOnce(text, engine);
  if (Array.isArray(read)) return null;
  return compile(read.query, engine.attributes, { now: shop.now(), timeZone: shop.timeZone });
}

/** What is wrong with a text that can only be meant as a query: it compares, or begins with a name of the language. */
export function faultIn(text: string, engine: Engine): Fault | null {
  const [first = ""] = withoutInvisible(text).trim().split(/\W/, 1);
  if (!/[<>=]/.test(text) && !Object.hasOwn(engine.attributes, first)) return null;
  const read = readOnce(text, engine);
  return Array.isArray(read) ? (read[0] ?? null) : null;
}
