// Evaluates a checked query for one customer, simply rather than fast.

import { resolveNamespace } from "../admin-api/app-namespace.ts";
import type { Customer, ShopState } from "../model.ts";
import type { Clause, Query, Test, Value } from "./ast.ts";
import { findFilter, type Filter } from "./catalogue.ts";
import { compileAnniversaryTest, compileDateTest, type Calendar } from "./dates.ts";
import { metafieldFact, readerOf, scaled, type Fact } from "./facts.ts";
import { compileFunction } from "./functions.ts";
import { startOfDay } from "./shop-days.ts";

export type Scope = { shop: ShopState; appId: string; calendar: Calendar };
type Member = (customer: Customer) => boolean;

export function compileQuery(query: Query, scope: Scope): Member {
  if (query.kind === "clause") return compileClause(query.clause, scope);
  if (query.kind === "not") {
    const part = compileQuery(query.part, scope);
    return (customer) => !part(customer);
  }
  const parts = query.parts.map((part) => compileQuery(part, scope));
  return query.kind === "and"
    ? (customer) => parts.every((part) => part(customer))
    : (customer) => parts.some((part) => part(customer));
}

function filterOf(name: string, { shop, appId }: Scope): Filter {
  const filter = findFilter(shop, name, (namespace) => resolveNamespace(namespace, appId));
  if (filter === null) throw new Error(`${name} passed the check and is no filter.`);
  return filter;
}

function compileClause(clause: Clause, scope: Scope): Member {
  if (clause.kind === "anniversary") return compileAnniversary(clause, scope);
  const filter = filterOf(clause.name, scope);
  if (filter.type === "function") return compileFunctionClause(clause, scope);
  const fact = factReader(clause.name, filter, scope);
  switch (clause.kind) {
    case "null":
      return (customer) => isNull(fact(customer)) !== clause.negated;
    case "contains": {
      const wanted = textOf(clause.value);
      const fold = clause.name === "customer_tags" ? (text: string) => text.toLowerCase() : (text: string) => text;
      return (customer) => listOf(fact(customer)).some((one) => fold(one) === fold(wanted)) !== clause.negated;
    }
    case "matches":
      throw new Error(`${clause.name} is no function.`);
    default: {
      const test = compileTest(clause, clause.name, filter, scope.calendar);
      const keepsNull = clause.kind === "compare" && clause.comparator === "!=";
      return (customer) => {
        const value = fact(customer);
        return isNull(value) ? keepsNull : test(value);
      };
    }
  }
}

function factReader(name: string, filter: Filter, { shop, calendar }: Scope): (customer: Customer) => Fact {
  const { metafield } = filter;
  if (metafield === undefined) return readerOf(name, shop);
  return (customer) => {
    const owner = `gid://shopify/Customer/${customer.id}`;
    const fact = metafieldFact(shop.metafields.get(`${owner} ${metafield.namespace} ${metafield.key}`));
    return metafield.type === "date" && typeof fact === "string" ? startOfDay(fact, calendar.timeZone) : fact;
  };
}

function isNull(fact: Fact): boolean {
  return fact === null || (Array.isArray(fact) && fact.length === 0);
}

function listOf(fact: Fact): string[] {
  return Array.isArray(fact) ? fact : [];
}

function textOf(value: Value): string {
  return value.kind === "string" ? value.string : value.text;
}

function compileTest(test: Test, name: string, filter: Filter, calendar: Calendar): (fact: Fact) => boolean {
  if (filter.type === "date") {
    const date = compileDateTest(test, calendar);
    return (fact) => typeof fact === "number" && date(fact);
  }
  if (filter.type === "integer" || filter.type === "float") {
    const number = compileNumberTest(test, scaled);
    return (fact) => typeof fact === "bigint" && number(fact);
  }
  if (test.kind !== "compare") return () => false;
  const wanted = test.value.kind === "boolean" ? test.value.boolean : textOf(test.value);
  const negated = test.comparator === "!=";
  if (name !== "customer_language") return (fact) => equals(fact, wanted) !== negated;
  return (fact) => (equals(fact, wanted) || equals(String(fact).split("-")[0] ?? null, wanted)) !== negated;
}

function equals(fact: Fact, wanted: string | boolean): boolean {
  return Array.isArray(fact) ? fact.includes(String(wanted)) : fact === wanted;
}

export function compileNumberTest(test: Test, read: (text: string) => bigint): (value: bigint) => boolean {
  if (test.kind === "in") {
    const values = new Set(test.values.map((value) => read(value.text)));
    return (value) => values.has(value) !== test.negated;
  }
  if (test.kind === "between") {
    const [low, high] = [read(test.low.text), read(test.high.text)];
    return (value) => value >= low && value <= high;
  }
  const wanted = read(test.value.text);
  switch (test.comparator) {
    case "=":
      return (value) => value === wanted;
    case "!=":
      return (value) => value !== wanted;
    case ">":
      return (value) => value > wanted;
    case ">=":
      return (value) => value >= wanted;
    case "<":
      return (value) => value < wanted;
    case "<=":
      return (value) => value <= wanted;
  }
}

function compileFunctionClause(clause: Clause, scope: Scope): Member {
  const { shop, calendar } = scope;
  if (clause.kind === "null") {
    const ever = compileFunction(shop, clause.name, [], calendar, compileNumberTest);
    return (customer) => ever(customer) === clause.negated;
  }
  if (clause.kind !== "matches") throw new Error(`${clause.name} is a function.`);
  const matches = compileFunction(shop, clause.name, clause.parameters, calendar, compileNumberTest);
  return (customer) => matches(customer) !== clause.negated;
}

function compileAnniversary(clause: Clause & { kind: "anniversary" }, scope: Scope): Member {
  const name = textOf(clause.path);
  const { metafield } = filterOf(name, scope);
  const test = compileAnniversaryTest(clause.test, scope.calendar);
  return (customer) => {
    if (metafield === undefined) return false;
    const owner = `gid://shopify/Customer/${customer.id}`;
    const day = scope.shop.metafields.get(`${owner} ${metafield.namespace} ${metafield.key}`)?.value.slice(0, 10);
    return day !== undefined && test(day);
  };
}
