// A Liquid engine for one page: refuses filters and tags that Shopify lacks and, like Shopify, escapes nothing.

import { Liquid } from "liquidjs";
import { registerFilters, type FilterSurroundings } from "./filters.ts";
import { registerTags } from "./tags.ts";

/** `globals`: the objects that every template and snippet can read. `partials`: the folder of the snippets. */
export function createLiquid(partials: string, globals: object, around: FilterSurroundings): Liquid {
  const liquid = new Liquid({
    partials: [partials],
    root: [partials],
    extname: ".liquid",
    relativeReference: false,
    strictFilters: true,
    globals,
    timezoneOffset: around.timeZone,
  });
  registerFilters(liquid, around);
  registerTags(liquid);
  return liquid;
}

/** The library reads 100.0 as the integer 100 and would divide as by an integer. */
const keepFraction = (source: string): string => source.replace(/(divided_by:\s*)(\d+\.\d+)/g, '$1"$2"');

export async function renderLiquid(liquid: Liquid, source: string, scope: object): Promise<string> {
  const html: unknown = await liquid.parseAndRender(keepFraction(source), scope);
  return String(html);
}
