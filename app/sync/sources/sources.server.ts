// The sources that this app knows: a source is a folder here and a line in this list.
import type { Source } from "../source.ts";
import { shopify } from "./shopify/source.server.ts";

export const SOURCES: readonly Source[] = [shopify];

/** Undefined where this version knows no source of the name: another may have taken the row. */
export const sourceNamed = (name: string): Source | undefined => SOURCES.find((each) => each.name === name);
