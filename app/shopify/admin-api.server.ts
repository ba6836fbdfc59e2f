// A client of Shopify's Admin GraphQL API for one shop. It waits for the shop's points, and retries requests that are safe to retry.
// https://shopify.dev/docs/api/usage/limits
import { setTimeout as sleep } from "node:timers/promises";
import { ClientError, GraphQLClient, type Variables } from "graphql-request";
import { env } from "../env.server.ts";
import { counter, histogram } from "../metrics.server.ts";
import { pointsWait, readThrottle, spendPoints, type Cost } from "./admin-points.server.ts";
import type { Shop } from "../shop.server.ts";
import { parseStorable } from "../storable.ts";
import { accessToken, ReconnectNeeded } from "./tokens.server.ts";

export const API_VERSION = "2026-10";

export type AdminFault = { message: string; code: string | null; path: string | null };

/**
 * `refused`: Shopify refused the request, and would refuse it again. `unavailable`: Shopify could not answer. `throttled`: the
 * shop's points did not suffice in time. `uncertain`: a mutation's answer was lost. The mutation may have happened: look before
 * repeating it.
 */
export type AdminFailure = "refused" | "unavailable" | "throttled" | "uncertain";

/** Contains neither the token, nor the variables, nor data of the answer. */
export class AdminApiError extends Error {
  readonly failure: AdminFailure;
  readonly operation: string;
  readonly status: number;
  readonly faults: AdminFault[];

  constructor(failure: AdminFailure, operation: string, status: number, faults: AdminFault[]) {
    super(`${operation}: ${failure} (${status})${faults.map(({ message }) => `\n  ${message}`).join("")}`);
    this.name = "AdminApiError";
    this.failure = failure;
    this.operation = operation;
    this.status = status;
    this.faults = faults;
  }
}

export type AdminApi = {
  /**
   * A field that Shopify withholds (ACCESS_DENIED, protected customer data) is null. The caller handles userErrors. Throws
   * AdminApiError, or ReconnectNeeded when no token is left.
   */
  request<Result, Asked extends Variables = Variables>(document: string, variables?: Asked): Promise<Result>;
};

type Access = {
  /** The id token of the merchant's request: exchanged for an access token when the stored token is missing or refused. */
  idToken?: string | undefined;
  /** For one request with its waits and retries. */
  timeoutMs?: number;
};

const requests = counter({
  name: "regulars_admin_api_requests_total",
  help: "Requests to the Admin API by operation and outcome",
  labelNames: ["operation", "outcome"],
});
const points = counter({
  name: "regulars_admin_api_points_total",
  help: "Points that requests to the Admin API cost",
  labelNames: ["operation"],
});
const seconds = histogram({
  name: "regulars_admin_api_seconds",
  help: "Seconds that one request to the Admin API took",
  labelNames: ["operation"],
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});
const waits = histogram({
  name: "regulars_admin_api_wait_seconds",
  help: "Seconds waited for points before a request to the Admin API",
  buckets: [0.1, 0.5, 1, 2, 5, 10, 20],
});

type GraphQlError = { message?: unknown; path?: unknown; extensions?: { code?: unknown } };
type Answer = {
  status: number;
  data: unknown;
  errors: GraphQlError[];
  cost: Cost | undefined;
  retryAfterMs: number | null;
};
type Verdict =
  | { next: "done"; data: unknown }
  | { next: "renew" }
  /** `certain`: the request surely had no effect, so that a mutation may be sent again. */
  | { next: "again"; certain: boolean; waitMs: number | null; failure: AdminFailure }
  | { next: "fail" };

const TIMEOUT_MS = 60_000;
const ONE_REQUEST_MS = 20_000;
const LONGEST_WAIT_MS = 20_000;

async function send(shop: string, token: string, document: string, variables: Variables): Promise<Answer> {
  const client = new GraphQLClient(`https://${shop}/admin/api/${API_VERSION}/graphql.json`, {
    headers: { "X-Shopify-Access-Token": token, "User-Agent": `Regulars (${new URL(env.SHOPIFY_APP_URL).host})` },
    errorPolicy: "all",
    jsonSerializer: { parse: parseStorable, stringify: JSON.stringify },
    fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(ONE_REQUEST_MS), redirect: "error" }),
  });
  try {
    const { data, errors = [], extensions, status } = await client.rawRequest(document, variables);
    return { status, data, errors, cost: readThrottle(extensions), retryAfterMs: null };
  } catch (error) {
    if (!(error instanceof ClientError))
      return { status: 0, data: null, errors: [], cost: undefined, retryAfterMs: null };
    const { status, errors = [], extensions, headers } = error.response;
    const after = headers instanceof Headers ? Number(headers.get("retry-after") ?? Number.NaN) : Number.NaN;
    const retryAfterMs = Number.isFinite(after) ? after * 1000 : null;
    return { status, data: null, errors, cost: readThrottle(extensions), retryAfterMs };
  }
}

const codeOf = (error: GraphQlError) => (typeof error.extensions?.code === "string" ? error.extensions.code : null);
const faultsOf = (errors: GraphQlError[]): AdminFault[] =>
  errors.map((error) => ({
    message: String(error.message ?? ""),
    code: codeOf(error),
    path: Array.isArray(error.path) ? error.path.join(".") : null,
  }));

function judge({ status, data, errors, retryAfterMs }: Answer): Verdict {
  const codes = errors.map(codeOf);
  if (codes.includes("THROTTLED")) return { next: "again", certain: true, waitMs: null, failure: "throttled" };
  if (status === 401) return { next: "renew" };
  if (status === 429) return { next: "again", certain: true, waitMs: retryAfterMs ?? 1000, failure: "throttled" };
  if (status === 503) return { next: "again", certain: true, waitMs: retryAfterMs, failure: "unavailable" };
  const broken = status === 0 || status >= 500 || codes.includes("INTERNAL_SERVER_ERROR");
  if (broken) return { next: "again", certain: false, waitMs: null, failure: "unavailable" };
  if (status !== 200) return { next: "fail" };
  // Fields that Shopify or the merchant has not granted are null, and callers handle null.
  const withheld = data !== null && data !== undefined && codes.every((code) => code === "ACCESS_DENIED");
  return errors.length === 0 || withheld ? { next: "done", data } : { next: "fail" };
}

/** Doubles from half a second. The jitter spreads requests that failed at the same time. */
const backoff = (attempt: number) => Math.min(LONGEST_WAIT_MS, 500 * 2 ** attempt) * (0.5 + Math.random() / 2);

const nameOf = (document: string) => /\b(?:query|mutation)\s+(\w+)/.exec(document)?.[1] ?? "unnamed";
const isMutation = (document: string) => /^\s*(?:#[^\n]*\n\s*)*mutation\b/.test(document);

export async function adminFor(shop: Pick<Shop, "id" | "log">, access: Access = {}): Promise<AdminApi> {
  const { idToken, timeoutMs = TIMEOUT_MS } = access;

  async function waitForPoints(operation: string, deadline: number): Promise<void> {
    const wait = pointsWait(shop.id, operation);
    waits.observe(wait / 1000);
    if (wait > 0) await sleep(Math.min(wait, LONGEST_WAIT_MS, Math.max(0, deadline - performance.now())));
  }

  async function attempt(document: string, variables: Variables, token: string): Promise<Answer> {
    const operation = nameOf(document);
    const done = seconds.startTimer({ operation });
    const answer = await send(shop.id, token, document, variables);
    done();
    if (answer.cost) {
      spendPoints(shop.id, operation, answer.cost);
      points.inc({ operation }, answer.cost.spent);
    }
    return answer;
  }

  async function request<Result>(document: string, variables: Variables = {}): Promise<Result> {
    const operation = nameOf(document);
    const deadline = performance.now() + timeoutMs;
    let token = await accessToken(shop.id, { idToken });
    let renewed = false;
    for (let tries = 0; ; tries += 1) {
      await waitForPoints(operation, deadline);
      const answer = await attempt(document, variables, token);
      const verdict = judge(answer);
      requests.inc({ operation, outcome: verdict.next });
      if (verdict.next === "done") {
        if (answer.errors.length > 0) shop.log.warn({ operation, faults: faultsOf(answer.errors) }, "fields withheld");
        return verdict.data as Result;
      }
      if (verdict.next === "renew") {
        if (renewed) throw new ReconnectNeeded(shop.id);
        token = await accessToken(shop.id, { idToken, dead: token });
        renewed = true;
        continue;
      }
      const fail = (failure: AdminFailure) =>
        new AdminApiError(failure, operation, answer.status, faultsOf(answer.errors));
      if (verdict.next === "fail") throw fail("refused");
      if (!verdict.certain && isMutation(document)) throw fail("uncertain");
      const wait = verdict.waitMs ?? Math.max(backoff(tries), pointsWait(shop.id, operation));
      if (performance.now() + wait > deadline) throw fail(verdict.failure);
      shop.log.info({ operation, status: answer.status, wait: Math.round(wait) }, "Admin API asks to wait");
      await sleep(wait);
    }
  }

  return { request };
}
