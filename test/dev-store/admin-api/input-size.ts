// A list in an argument has at most 250 entries. Otherwise the whole request is refused, as recorded:
// https://shopify.dev/docs/api/usage/limits

import { valueFromASTUntyped, visit, type DocumentNode, type FieldNode, type OperationDefinitionNode } from "graphql";
import type { ErrorBody } from "./refusal.ts";

const LONGEST = 250;

export function checkInputSizes(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): ErrorBody[] {
  const errors: ErrorBody[] = [];
  const trail: string[] = [];
  visit(document, {
    // Another operation in the same text is not executed.
    OperationDefinition: (node) => (node === operation ? undefined : false),
    Field: {
      enter(node) {
        trail.push(node.alias?.value ?? node.name.value);
        for (const argument of node.arguments ?? []) {
          const value = valueFromASTUntyped(argument.value, variables);
          for (const long of longLists(value, [argument.name.value])) errors.push(wordFault(node, trail, long));
        }
      },
      leave: () => void trail.pop(),
    },
  });
  return errors;
}

type LongList = { path: (string | number)[]; size: number };

function longLists(value: unknown, path: (string | number)[]): LongList[] {
  if (Array.isArray(value)) {
    const inner = value.flatMap((item, index) => longLists(item, [...path, index]));
    return value.length > LONGEST ? [{ path, size: value.length }, ...inner] : inner;
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => longLists(item, [...path, name]));
}

function wordFault(field: FieldNode, trail: string[], { path, size }: LongList): ErrorBody {
  const { line = 1, column = 1 } = field.loc?.startToken ?? {};
  return {
    message: `The input array size of ${size} is greater than the maximum allowed of ${LONGEST}.`,
    locations: [{ line, column }],
    path: [...trail, ...path],
    extensions: { code: "MAX_INPUT_SIZE_EXCEEDED" },
  };
}
