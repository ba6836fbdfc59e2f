// Fields whose value names products or collections of the store.
import { shownInputs, type FieldView, type FieldViews } from "./field-view.ts";

const TYPES = { product: "Product", products: "Product", collection: "Collection", collections: "Collection" } as const;

export type ResourceInput = keyof typeof TYPES;
export const isResourceInput = (input: FieldView["input"]): input is ResourceInput => Object.hasOwn(TYPES, input);
export const resourceTypeOf = (input: ResourceInput) => TYPES[input];

/** Shopify's global id: https://shopify.dev/docs/api/usage/gids */
export const resourceId = (input: ResourceInput, id: string): string => `gid://shopify/${TYPES[input]}/${id}`;

/** The ids of a field's text, a line each. */
export const idsIn = (text: string): string[] => text.split("\n").filter(Boolean);

/** Global ids of all that the inputs hold. */
export const resourcesIn = (fields: FieldViews, texts: Record<string, string>): string[] =>
  shownInputs(fields, texts).flatMap(([name, { input }]) =>
    isResourceInput(input) ? idsIn(texts[name] ?? "").map((id) => resourceId(input, id)) : [],
  );
