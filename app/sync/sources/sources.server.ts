// The list of sources: a source is a folder here and a line in this list.
import type { Source } from "../source.ts";
import { shopify } from "./shopify/source.server.ts";

export const SOURCES: readonly Source[] = [shopify];
