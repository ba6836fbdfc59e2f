// /control: what a person or a test does to the store. JSON requests get JSON; forms return to the page.

import {
  answerHtml,
  answerJson,
  readFields,
  readJson,
  redirect,
  type StoreAnswer,
  type StoreRequest,
} from "../http.ts";
import type { ShopState, Store } from "../model.ts";
import { logIn, readVisit } from "../storefront/visit.ts";
import { ACTIONS, ControlError, type Call } from "./actions.ts";
import { answerReading } from "./readings.ts";
import { controlPage } from "./page.ts";

export async function handleControl(
  store: Store,
  first: ShopState,
  request: StoreRequest,
): Promise<StoreAnswer | null> {
  const path = request.url.pathname.replace(/\/$/, "");
  if (path !== "/control" && !path.startsWith("/control/")) return null;
  const shop = store.shops.get(request.url.searchParams.get("shop") ?? "") ?? first;
  const name = path.slice("/control/".length);
  if (request.method === "GET") {
    if (name === "") return answerHtml(controlPage(store, shop, request.url.searchParams));
    return answerReading(store, shop, name, request.url.searchParams);
  }
  return act(store, shop, request, name);
}

async function act(store: Store, shop: ShopState, request: StoreRequest, name: string): Promise<StoreAnswer> {
  const isJson = (request.headers["content-type"] ?? "").includes("json");
  try {
    const call = readCall(store, shop, request, name, isJson);
    if (name === "shopper") return beShopper(call, request, isJson);
    const action = ACTIONS[name.replace(/\/[^/]*\d[^/]*(?=\/|$)/, "/*")];
    if (action === undefined) return answerJson({ error: `There is no /control/${name}.` }, 404);
    const result = (await action(call)) ?? {};
    return isJson ? answerJson(result) : redirect(backTo(request, shop, `Done: ${name}`));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const status = error instanceof ControlError || error instanceof RangeError ? 400 : 500;
    return isJson ? answerJson({ error: error.message }, status) : redirect(backTo(request, shop, error.message));
  }
}

function readCall(store: Store, shop: ShopState, request: StoreRequest, name: string, isJson: boolean): Call {
  const json = isJson && request.body.length > 0 ? readJson(request) : {};
  const input = typeof json === "object" && json !== null ? (json as Record<string, unknown>) : {};
  return { store, shop, id: name.split("/")[1] ?? "", fields: isJson ? {} : readFields(request), json: input };
}

/** Signs a customer in at the storefront, or out if no customer is given. */
function beShopper(call: Call, request: StoreRequest, isJson: boolean): StoreAnswer {
  const id = call.fields["customerId"] ?? call.json["customerId"] ?? null;
  const customer = id === null || id === "" ? null : call.shop.customers.get(String(id));
  if (customer === undefined) throw new ControlError(`No customer ${String(id)}.`);
  const visit = readVisit(call.store, call.shop, request);
  logIn(visit, customer);
  const headers = { "set-cookie": visit.cookies };
  return isJson ? answerJson({ customerId: customer?.id ?? null }, 200, headers) : redirect("/", headers);
}

function backTo(request: StoreRequest, shop: ShopState, said: string): string {
  return `/control?${new URLSearchParams({ shop: shop.domain, said }).toString()}${request.url.hash}`;
}
