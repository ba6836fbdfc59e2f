// One Liquid for one page: strict on filters and tags that Shopify does not have, and, like Shopify, without escaping.

import { Liquid } from "liquidjs";
import { registerFilters, type FilterSurroundings } from "./filters.ts";
import { registerTags } from "./tags.ts";

/** `globals` are the objects that every template and snippet sees; `partials` is the folder of the snippets. */
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

/** The library holds 100.0 for the whole number 100, and would divide by it as by one. */
const keepFraction = (source: string): string => source.replace(/(divided_by:\s*)(\d+\.\d+)/g, '$1"$2"');

export async function renderLiquid(liquid: Liquid, source: string, scope: object): Promise<string> {
  const html: unknown = await liquid.parseAndRender(keepFraction(source), scope);
  return String(html);
}
