// The `shopify` global of a checkout extension, made from the page's data: read-only signals, the shopper's translations, and
// requests to the page around the frame.

const waiting = new Map();
let serial = 0;

function ask(type, content = {}) {
  serial += 1;
  const id = serial;
  parent.postMessage({ ...content, extension: true, type, id }, "*");
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}

addEventListener("message", ({ data, source }) => {
  if (source !== parent || data?.extension !== true || !waiting.has(data.id)) return;
  const { resolve, reject } = waiting.get(data.id);
  waiting.delete(data.id);
  if (data.error) reject(new Error(data.error));
  else resolve(data.value);
});

const plainSignal = (value) => ({
  value,
  current: value,
  peek: () => value,
  subscribe(listener) {
    listener(value);
    return () => {};
  },
  destroy: async () => {},
});

function findWords(words, key) {
  return key.split(".").reduce((branch, part) => branch?.[part], words);
}

/** Plain texts are inserted into the text. Other values make a list of pieces, as Shopify's translate does. */
function fillIn(text, values) {
  const pieces = text
    .split(/\{\{\s*(\w+)\s*\}\}/)
    .map((piece, index) => (index % 2 ? (values[piece] ?? `{{${piece}}}`) : piece));
  const isPlain = pieces.every((piece) => typeof piece === "string" || typeof piece === "number");
  return isPlain ? pieces.join("") : pieces.filter((piece) => piece !== "");
}

function makeI18n({ locale, extensionLocale, words, fallback, currency }) {
  const own = { inExtensionLocale: true };
  const pick = (options) => (options?.inExtensionLocale ? extensionLocale : locale);
  const clean = ({ inExtensionLocale: _own, ...options } = own) => options;
  return {
    translate(key, options = {}) {
      const found = findWords(words, key) ?? findWords(fallback, key);
      const form = new Intl.PluralRules(extensionLocale).select(Number(options.count ?? 0));
      const text = typeof found === "object" ? (found[form] ?? found.other) : found;
      if (typeof text === "string") return fillIn(text, options);
      console.error(`Translation missing: ${extensionLocale}.${key}`);
      return key;
    },
    formatNumber: (value, options) => new Intl.NumberFormat(pick(options), clean(options)).format(value),
    formatCurrency: (value, options) =>
      new Intl.NumberFormat(pick(options), { style: "currency", currency, ...clean(options) }).format(value),
    formatDate: (value, options) => new Intl.DateTimeFormat(pick(options), clean(options)).format(value),
  };
}

/** Objects whose leaves are signals. Preact's own signal class replaces them once the extension brings it. */
const SIGNALS = {
  appMetafields: true,
  appliedGiftCards: true,
  attributes: true,
  availablePaymentOptions: true,
  buyerIdentity: { customer: true, email: true, phone: true, purchasingCompany: true },
  checkoutSettings: true,
  checkoutToken: true,
  cost: { subtotalAmount: true, totalShippingAmount: true, totalTaxAmount: true, totalAmount: true },
  customerPrivacy: true,
  deliveryGroups: true,
  discountAllocations: true,
  discountCodes: true,
  instructions: true,
  lines: true,
  localization: {
    country: true,
    currency: true,
    extensionLanguage: true,
    language: true,
    market: true,
    timezone: true,
  },
  note: true,
  orderConfirmation: true,
  selectedPaymentOptions: true,
  settings: true,
  shippingAddress: true,
};

function putSignals(shape, facts, make) {
  return Object.fromEntries(
    Object.entries(shape).map(([name, inner]) => [
      name,
      inner === true ? make(facts?.[name]) : putSignals(inner, facts?.[name], make),
    ]),
  );
}

export function makeShopify(facts) {
  const api = {
    ...putSignals(SIGNALS, facts, plainSignal),
    extension: {
      apiVersion: facts.apiVersion,
      capabilities: plainSignal(facts.networkAccess ? ["network_access"] : []),
      rendered: plainSignal(true),
      scriptUrl: facts.scriptUrl,
      target: facts.target,
      version: undefined,
    },
    extensionPoint: facts.target,
    version: facts.apiVersion,
    shop: facts.shop,
    i18n: makeI18n(facts),
    sessionToken: { get: () => ask("session-token") },
    storage: {
      read: (key) => ask("storage-read", { key }),
      write: (key, value) => ask("storage-write", { key, value: JSON.stringify(value) }),
      delete: (key) => ask("storage-delete", { key }),
    },
    analytics: {
      publish: (name, data) => ask("publish", { name, data: JSON.parse(JSON.stringify(data ?? {})) }),
      visitor: async () => ({ type: "success" }),
    },
    query: async () => ({ errors: [{ message: "The Storefront API is not part of this store" }] }),
    applyTrackingConsentChange: async () => ({ type: "error", message: "Not part of this store" }),
    extend() {
      throw new Error("shopify.extend belongs to older versions: export a default function");
    },
    reload: () => location.reload(),
    setSignals(Signal) {
      Object.assign(
        api,
        putSignals(SIGNALS, facts, (value) => Object.assign(new Signal(value), { destroy: async () => {} })),
      );
    },
  };
  return api;
}

/** Without the capability every request is refused. With it, URLs of the shop and the app lead to this store. */
export function guardFetch({ networkAccess, addresses }) {
  const plainFetch = window.fetch.bind(window);
  window.fetch = async (input, init) => {
    if (!networkAccess) {
      console.error("The extension's configuration does not declare network_access");
      throw new TypeError("Failed to fetch");
    }
    const request = new Request(input, init);
    const known = Object.entries(addresses).find(
      ([origin]) => request.url === origin || request.url.startsWith(`${origin}/`),
    );
    if (!known) return plainFetch(request);
    const [origin, served] = known;
    const method = request.method;
    const body = method === "GET" || method === "HEAD" ? undefined : await request.arrayBuffer();
    return plainFetch(served + request.url.slice(origin.length), {
      method,
      body,
      headers: request.headers,
      credentials: "omit",
      signal: request.signal,
    });
  };
}
