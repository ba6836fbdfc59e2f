// A page of the store with the app's web pixel in a bare worker, without a browser: for tests of what the pixel sends.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { Customer, ShopState, Store } from "../model.ts";
import { readPixelExtension, type PixelExtension } from "../storefront/extension-files.ts";
import { pixelBundle, pixelFactsOf, privacyOf, readSandbox, type Consent } from "./pixel-facts.ts";

/** A request of the pixel, as a browser sends it. */
type Sending = { url: string; init: RequestInit };

export type PixelPage = {
  /** What the theme or an app publishes by `Shopify.analytics.publish`. */
  publish(name: string, customData: object): Promise<void>;
  /** Shopify's own events. */
  view(path?: string, referrer?: string): Promise<void>;
  complete(checkoutToken: string): Promise<void>;
  setConsent(consent: Partial<Consent>): Promise<void>;
  /** True while the pixel's worker runs. */
  isLoaded(): boolean;
  /** Requests that the pixel has made, with the status of the answer. Null: no answer. */
  requests: (Sending & { status: number | null })[];
  /** Errors of the pixel. In a browser these are in the console. */
  errors: string[];
  /** Waits until the pixel has handled all events and has its answers. */
  settle(): Promise<void>;
  close(): Promise<void>;
};

export type PageOptions = {
  consent?: Partial<Consent>;
  customer?: Customer | null;
  clientId?: string;
  /** Answers the pixel's requests. Rejects where there is no answer. */
  network: (url: string, init: RequestInit) => Promise<{ status: number }>;
};

type Message = { request?: Sending & { id: number }; error?: string; mark?: string };

type Running = {
  post(message: object): void;
  passed(): Promise<void>;
  settle(): Promise<void>;
  end(): Promise<unknown>;
};

/** Starts the app's own built bundle in a worker. */
function startWorker(
  extension: PixelExtension,
  facts: object,
  network: PageOptions["network"],
  { requests, errors }: Pick<PixelPage, "requests" | "errors">,
): Running {
  const marks = new Map<string, () => void>();
  const underway = new Set<Promise<void>>();
  const bundle = readFileSync(pixelBundle(extension), "utf8");
  const worker = new Worker(new URL("node-worker.js", import.meta.url), {
    workerData: { sandbox: readSandbox(), bundle, facts },
  });
  async function answer({ id, url, init }: Sending & { id: number }): Promise<void> {
    const status = await network(url, init).then(
      (response) => response.status,
      () => null,
    );
    requests.push({ url, init, status });
    worker.postMessage({ id, status });
  }
  worker.on("message", ({ request, error, mark }: Message) => {
    if (error !== undefined) errors.push(error);
    if (mark !== undefined) marks.get(mark)?.();
    if (request === undefined) return;
    const work: Promise<void> = answer(request).finally(() => underway.delete(work));
    underway.add(work);
  });
  worker.on("error", (error) => errors.push(String(error)));
  const passed = () =>
    new Promise<void>((resolve) => {
      const mark = randomUUID();
      marks.set(mark, resolve);
      worker.postMessage({ channel: "mark", mark });
    });
  return {
    post: (message) => worker.postMessage(message),
    /** Resolves when the worker has handled the messages before. */
    passed,
    async settle() {
      await passed();
      while (underway.size > 0) await Promise.all(underway);
      await passed();
    },
    end: () => worker.terminate(),
  };
}

export async function openPixelPage(store: Store, shop: ShopState, options: PageOptions): Promise<PixelPage> {
  const { customer = null, clientId = randomUUID(), network } = options;
  const refused = { analytics: false, marketing: false, preferences: false, sale_of_data: false };
  let consent: Consent = { ...refused, ...options.consent };
  let running: Running | null = null;
  let seq = 0;
  const requests: PixelPage["requests"] = [];
  const errors: string[] = [];
  const origin = `https://${shop.domain}`;

  function load(): void {
    const facts = pixelFactsOf(store, shop, customer);
    const extension = readPixelExtension(store);
    const isAllowed = facts?.needs.every((purpose) => consent[purpose as keyof Consent]) ?? false;
    if (running !== null || facts === null || extension === null || !isAllowed) return;
    const init = { data: facts.data, customerPrivacy: privacyOf(consent) };
    running = startWorker(extension, { init, settings: facts.settings }, network, { requests, errors });
  }

  async function deliver(channel: string, name: string, event: object): Promise<void> {
    running?.post({ channel, name, event });
    await running?.passed();
  }

  const happen = (name: string, type: string, more: object, path = "/", referrer = "") => {
    seq += 1;
    const location = { href: origin + path, origin, host: shop.domain, pathname: path };
    const context = { document: { location, referrer, title: "", characterSet: "UTF-8" } };
    const event = { id: `sh-${randomUUID()}`, clientId, name, timestamp: new Date().toISOString(), seq, type, context };
    return deliver("analytics", name, { ...event, ...more });
  };

  load();
  return {
    publish: (name, customData) => happen(name, "custom", { customData }),
    view: (path, referrer) => happen("page_viewed", "standard", { data: {} }, path, referrer),
    complete: (token) => happen("checkout_completed", "standard", { data: { checkout: { token } } }, "/checkout"),
    async setConsent(changed) {
      consent = { ...consent, ...changed };
      await deliver("privacy", "visitorConsentCollected", { customerPrivacy: privacyOf(consent) });
      load();
    },
    isLoaded: () => running !== null,
    requests,
    errors,
    settle: async () => running?.settle(),
    async close() {
      await running?.end();
      running = null;
    },
  };
}
