// The shopper's account. Without passwords: on the login page the visitor chooses a customer.

import { createCustomer } from "../commands/customer.ts";
import { readForm, redirect, type StoreAnswer } from "../http.ts";
import type { Customer, ShopState } from "../model.ts";
import { customerObject } from "./liquid/objects.ts";
import { renderPage, type Storefront } from "./page.ts";
import { logIn } from "./visit.ts";

const SHOWN = 12;

function searchCustomers(shop: ShopState, words: string): Customer[] {
  const wanted = words.trim().toLowerCase();
  const found: Customer[] = [];
  for (const customer of shop.customers.values()) {
    const text = `${customer.firstName} ${customer.lastName} ${customer.email ?? ""} ${customer.id}`.toLowerCase();
    if (text.includes(wanted)) found.push(customer);
    if (found.length >= SHOWN) break;
  }
  return found;
}

/** Only a path within the shop. */
function wayBack(wanted: string | null): string {
  return wanted !== null && /^\/(?![/\\])/.test(wanted) ? wanted : "/account";
}

async function loginPage(front: Storefront, fault = ""): Promise<StoreAnswer> {
  const { store, shop, request } = front;
  const search = request.url.searchParams.get("q") ?? "";
  const shoppers = searchCustomers(shop, search).map((customer) => customerObject(store, shop, customer));
  const returnTo = wayBack(request.url.searchParams.get("return_to"));
  const objects = { shoppers, search, fault, return_to: returnTo };
  return renderPage(front, { template: "customers/login", title: "Log in", objects, status: fault ? 422 : 200 });
}

async function postLogin(front: Storefront): Promise<StoreAnswer> {
  const form = readForm(front.request);
  const { shop, visit } = front;
  const email = form.get("customer[email]") ?? form.get("email");
  const byEmail = email ? [...shop.customers.values()].find((customer) => customer.email === email) : undefined;
  const customer = shop.customers.get(form.get("customer_id") ?? "") ?? byEmail;
  if (customer === undefined) return loginPage(front, "No customer of this shop was found.");
  logIn(visit, customer);
  return redirect(wayBack(form.get("return_to") ?? form.get("checkout_url")));
}

async function postRegister(front: Storefront): Promise<StoreAnswer> {
  const { store, shop, request, visit } = front;
  const form = readForm(request);
  const read = (name: string): string => (form.get(`customer[${name}]`) ?? "").trim();
  const email = read("email");
  const fault = !/^\S+@\S+\.\S+$/.test(email)
    ? "Enter a valid e-mail address."
    : [...shop.customers.values()].some((customer) => customer.email === email)
      ? "This e-mail address already has an account."
      : "";
  if (fault)
    return renderPage(front, {
      template: "customers/register",
      title: "Create account",
      objects: { fault },
      status: 422,
    });
  const customer = createCustomer(store, shop, {
    firstName: read("first_name"),
    lastName: read("last_name"),
    email,
    locale: visit.locale,
    state: "ENABLED",
    emailConsent: form.has("customer[accepts_marketing]") ? "SUBSCRIBED" : "NOT_SUBSCRIBED",
  });
  logIn(visit, customer);
  return redirect(wayBack(form.get("return_to")));
}

export async function answerAccount(front: Storefront): Promise<StoreAnswer | null> {
  const { request, visit } = front;
  const path = request.url.pathname.replace(/\/$/, "");
  const isPost = request.method === "POST";
  if (path === "/account/login") return isPost ? postLogin(front) : loginPage(front);
  if (path === "/account/logout") {
    logIn(visit, null);
    return redirect("/");
  }
  if (path === "/account/register" || (path === "/account" && isPost)) {
    if (isPost) return postRegister(front);
    return renderPage(front, { template: "customers/register", title: "Create account", objects: { fault: "" } });
  }
  if (path !== "/account") return null;
  if (visit.shopper === null) return redirect("/account/login");
  return renderPage(front, { template: "customers/account", title: "Account" });
}
