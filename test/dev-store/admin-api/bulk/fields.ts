import type { GraphQLResolveInfo } from "graphql";
import { connect, type PageArgs } from "../connection.ts";
import type { Context, Fields } from "../context.ts";
import { gid, parseGid } from "../gid.ts";
import { resourceNotFound } from "../refusal.ts";
import { search, type Searchable } from "../search/search.ts";
import {
  bulkOperationsOf,
  busyWords,
  cancelBulkOperation,
  fileAddress,
  fileSize,
  isDone,
  type BulkOperation,
} from "./operation.ts";
import { startMutation } from "./run-mutation.ts";
import { startQuery } from "./run-query.ts";
import { findUpload, promiseUpload } from "./uploads.ts";
import { checkBulkMutation, checkBulkQuery, type BulkFault } from "./validate.ts";

const LARGEST_FILE = 100 * 1024 * 1024;

export const bulkOperationFields: Fields = {
  id: (one: BulkOperation) => gid("BulkOperation", one.id),
  createdAt: (one: BulkOperation) => one.createdAt,
  completedAt: (one: BulkOperation) => one.completedAt,
  errorCode: (one: BulkOperation) => one.errorCode,
  fileSize: (one: BulkOperation) => (isDone(one) && one.lines.length > 0 ? String(fileSize(one)) : null),
  objectCount: (one: BulkOperation) => String(one.objectCount),
  rootObjectCount: (one: BulkOperation) => String(one.rootObjectCount),
  partialDataUrl: (one: BulkOperation, _args: never, { store, shop }: Context) =>
    one.status === "FAILED" || one.status === "CANCELED" ? fileAddress(store, shop, one) : null,
  query: (one: BulkOperation) => one.query,
  status: (one: BulkOperation) => one.status,
  type: (one: BulkOperation) => one.type,
  url: (one: BulkOperation, _args: never, { store, shop }: Context) =>
    one.status === "COMPLETED" ? fileAddress(store, shop, one) : null,
};

const searchable: Searchable<BulkOperation> = {
  words: () => null,
  filters: {
    created_at: { type: "time", of: (one) => one.createdAt },
    id: { type: "id", of: (one) => one.id },
    operation_type: { type: "word", of: (one) => one.type },
    status: { type: "word", of: (one) => one.status },
  },
};

function findOperation({ shop }: Context, id: string): BulkOperation | null {
  const parsed = parseGid(id);
  if (parsed?.type !== "BulkOperation") throw resourceNotFound(id);
  return bulkOperationsOf(shop).find((one) => one.id === parsed.id) ?? null;
}

export const bulkQueries: Fields = {
  bulkOperation: (_: unknown, { id }: { id: string }, context: Context) => findOperation(context, id),
  bulkOperations: (
    _: unknown,
    args: PageArgs & { query?: string | null; sortKey?: string },
    context: Context,
    info: GraphQLResolveInfo,
  ) => {
    const found = search(context, info, bulkOperationsOf(context.shop), args.query, searchable);
    const value = (one: BulkOperation): string =>
      args.sortKey === "COMPLETED_AT" ? (one.completedAt ?? "") : one.createdAt;
    return connect(context, found, args, { id: (one) => one.id, value });
  },
  currentBulkOperation: (_: unknown, { type }: { type?: string }, { shop }: Context) =>
    bulkOperationsOf(shop).findLast((one) => one.type === (type ?? "QUERY")) ?? null,
};

type Refused = { bulkOperation: null; userErrors: BulkFault[] };

function refuse(...userErrors: BulkFault[]): Refused {
  return { bulkOperation: null, userErrors };
}

export const bulkMutations: Fields = {
  bulkOperationRunQuery: (
    _: unknown,
    { query, groupObjects }: { query: string; groupObjects?: boolean },
    context: Context,
  ) => {
    const checked = checkBulkQuery(query);
    if ("faults" in checked) return refuse(...checked.faults);
    const busy = busyWords(context.shop, "QUERY");
    if (busy !== null) return refuse({ field: null, message: busy, code: "OPERATION_IN_PROGRESS" });
    return { bulkOperation: startQuery(context, query, checked, groupObjects === true), userErrors: [] };
  },
  bulkOperationRunMutation: (
    _: unknown,
    args: { mutation: string; stagedUploadPath: string; clientIdentifier?: string | null },
    context: Context,
  ) => {
    const { mutation, stagedUploadPath, clientIdentifier } = args;
    if (clientIdentifier != null && (clientIdentifier.length < 10 || clientIdentifier.length > 255)) {
      const short = clientIdentifier.length < 10;
      const message = short ? "is too short (minimum is 10 characters)" : "is too long (maximum is 255 characters)";
      return refuse({ field: ["clientIdentifier"], message, code: "INVALID_MUTATION" });
    }
    const checked = checkBulkMutation(mutation);
    if ("faults" in checked) return refuse(...checked.faults);
    const file = findUpload(context.shop, stagedUploadPath);
    if (file === null) return refuse({ field: null, message: NO_FILE, code: "NO_SUCH_FILE" });
    if (file.length === 0) {
      return refuse({ field: null, message: "The input file is empty.", code: "INVALID_STAGED_UPLOAD_FILE" });
    }
    if (file.length > LARGEST_FILE) {
      const message = "The input file size exceeds the maximum allowed size of 100 MB.";
      return refuse({ field: null, message, code: "INVALID_STAGED_UPLOAD_FILE" });
    }
    const busy = busyWords(context.shop, "MUTATION");
    if (busy !== null) return refuse({ field: null, message: busy, code: "OPERATION_IN_PROGRESS" });
    return { bulkOperation: startMutation(context, mutation, checked, file), userErrors: [] };
  },
  bulkOperationCancel: (_: unknown, { id }: { id: string }, context: Context) => {
    const operation = findOperation(context, id);
    if (operation === null) {
      return { bulkOperation: null, userErrors: [{ field: ["id"], message: "Bulk operation does not exist" }] };
    }
    const { status } = operation;
    if (cancelBulkOperation(operation)) return { bulkOperation: operation, userErrors: [] };
    const message = `A bulk operation cannot be canceled when it is ${status.toLowerCase()}`;
    return { bulkOperation: operation, userErrors: [{ field: null, message }] };
  },
  stagedUploadsCreate: (
    _: unknown,
    { input }: { input: { filename: string; mimeType: string; httpMethod?: string }[] },
    { shop }: Context,
  ) => ({
    stagedTargets: input.map(({ filename, mimeType, httpMethod }) => {
      const key = promiseUpload(shop, filename);
      const url = `https://${shop.domain}/bulk/uploads`;
      if (httpMethod !== "POST") {
        const parameters = [
          { name: "content_type", value: mimeType },
          { name: "acl", value: "private" },
        ];
        return {
          url: `${url}/${encodeURIComponent(key)}`,
          resourceUrl: `${url}/${encodeURIComponent(key)}`,
          parameters,
        };
      }
      const parameters = [
        { name: "key", value: key },
        { name: "Content-Type", value: mimeType },
        { name: "success_action_status", value: "201" },
        { name: "acl", value: "private" },
      ];
      return { url, resourceUrl: null, parameters };
    }),
    userErrors: [],
  }),
};

const NO_FILE =
  "The JSONL file could not be found. Try uploading the file again, and check that you've entered the URL correctly for the stagedUploadPath mutation argument.";
