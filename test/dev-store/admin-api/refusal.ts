// Errors as Shopify's Admin API words them.

import { GraphQLError } from "graphql";

export type ErrorBody = {
  message: string;
  locations?: readonly { line: number; column: number }[];
  path?: readonly (string | number)[];
  extensions?: Record<string, unknown>;
};

/** Throw this in a resolver: the field becomes null and the answer lists the error. */
export function refusal(message: string, code: string, extensions: Record<string, unknown> = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...extensions } });
}

export function badRequest(message: string): GraphQLError {
  return refusal(message, "BAD_REQUEST");
}

export function resourceNotFound(id: string): GraphQLError {
  return refusal(`Invalid id: ${id}`, "RESOURCE_NOT_FOUND");
}

export function accessDenied(field: string, words: string): GraphQLError {
  const requiredAccess = words.trim();
  return refusal(`Access denied for ${field} field. Required access: ${requiredAccess}`, "ACCESS_DENIED", {
    documentation: "https://shopify.dev/api/usage/access-scopes",
    requiredAccess,
  });
}

/** A gap of the dev store, not of the app: it must be an error, and must not look like a missing value. */
export function unimplemented(typeName: string, fieldName: string): GraphQLError {
  return refusal(`The dev store has no resolver for ${typeName}.${fieldName}`, "INTERNAL_SERVER_ERROR", {
    devStore: "unimplemented",
  });
}
