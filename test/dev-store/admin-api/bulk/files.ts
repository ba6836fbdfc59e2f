// Serves the URLs below /bulk: the results of bulk operations, and uploads.

import { answerText, type StoreAnswer, type StoreRequest } from "../../http.ts";
import type { ShopState, Store } from "../../model.ts";
import { bulkOperationsOf, fileAddress } from "./operation.ts";
import { fillUpload } from "./uploads.ts";

export async function handleBulkFiles(store: Store, shop: ShopState, request: StoreRequest): Promise<StoreAnswer> {
  const path = request.url.pathname.slice("/bulk/".length);
  if (request.method === "GET" || request.method === "HEAD") return result(store, shop, path, request);
  if (path === "uploads" && request.method === "POST") return formUpload(shop, request);
  if (path.startsWith("uploads/") && request.method === "PUT") {
    const filled = fillUpload(shop, decodeURIComponent(path.slice("uploads/".length)), request.body);
    return filled ? answerText("") : answerText("Access denied.", 403);
  }
  return answerText("Not Found", 404);
}

function result(store: Store, shop: ShopState, path: string, request: StoreRequest): StoreAnswer {
  const [token] = path.split("/");
  const operation = bulkOperationsOf(shop).find((one) => one.token === token);
  if (operation === undefined || fileAddress(store, shop, operation) === null) return answerText("Not Found", 404);
  const whole = Buffer.concat(operation.lines);
  const headers = { "content-type": "application/jsonl", "accept-ranges": "bytes" };
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers["range"] ?? "");
  if (range === null) return { status: 200, headers, body: whole };
  const from = Number(range[1]);
  const to = range[2] === "" ? whole.length - 1 : Math.min(Number(range[2]), whole.length - 1);
  if (from > to) return { status: 416, headers: { ...headers, "content-range": `bytes */${whole.length}` }, body: "" };
  const part = { ...headers, "content-range": `bytes ${from}-${to}/${whole.length}` };
  return { status: 206, headers: part, body: whole.subarray(from, to + 1) };
}

async function formUpload(shop: ShopState, request: StoreRequest): Promise<StoreAnswer> {
  const headers = { "content-type": request.headers["content-type"] ?? "" };
  const form = await new Response(new Uint8Array(request.body), { headers }).formData();
  const [key, file] = [form.get("key"), form.get("file")];
  if (typeof key !== "string" || file === null) return answerText("Missing key or file.", 400);
  const body = typeof file === "string" ? Buffer.from(file) : Buffer.from(await file.arrayBuffer());
  return fillUpload(shop, key, body) ? answerText("", 201) : answerText("Access denied.", 403);
}
