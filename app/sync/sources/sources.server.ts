// The list of sources: a source is a folder here and a line in this list.
import type { Source } from "../source.ts";
import { shopify } from "./shopify/source.server.ts";

export const SOURCES: readonly Source[] = [shopify];

/** Undefined for an unknown name: another version of the app may have stored the row. */
export const sourceNamed = (name: string): Source | undefined => SOURCES.find((each) => each.name === name);
