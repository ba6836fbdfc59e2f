// Replaces https://cdn.shopify.com/shopifycloud/app-bridge.js: the same global object, elements and behaviour, connected with the
// dev store's admin page.

import { ask, hear, tell } from "./channel.js";
import { defineModal, modal } from "./modal.js";
import { connectNavigation } from "./navigation.js";
import { defineNavMenu } from "./nav-menu.js";
import { defineSaveBar, isSaveBarShown, saveBar } from "./save-bar.js";
import { authorizeFetch, idToken, returnFromBounce } from "./session.js";
import { defineTitleBar } from "./title-bar.js";

const script = document.currentScript;
const storeOrigin = location.ancestorOrigins?.[0] ?? new URL(script.src).origin;

/** The URL of the first page names the shop. Later pages of the frame may lack the name. */
function remember(name) {
  const given = new URLSearchParams(location.search).get(name);
  if (given) sessionStorage.setItem(`app-bridge ${name}`, given);
  return given ?? sessionStorage.getItem(`app-bridge ${name}`) ?? undefined;
}

const config = {
  apiKey: script.dataset.apiKey || document.querySelector('meta[name="shopify-api-key"]')?.content,
  shop: remember("shop"),
  host: remember("host"),
  locale: remember("locale") ?? "en",
  appOrigins: [],
  disabledFeatures: [],
  experimentalFeatures: [],
};
if (!config.apiKey) console.error("App Bridge: the page names no API key (meta shopify-api-key)");

const toastCalls = new Map();
let toasts = 0;
hear("toast:action", ({ toast }) => toastCalls.get(toast)?.onAction?.());
hear("toast:dismiss", ({ toast }) => {
  toastCalls.get(toast)?.onDismiss?.();
  toastCalls.delete(toast);
});

window.shopify = {
  config,
  origin: location.origin,
  protocol: "https",
  ready: Promise.resolve(),
  setSignals() {},
  environment: { embedded: true, mobile: innerWidth < 490, pos: false, intent: false },
  idToken,
  user: () => ask("user"),
  loading: (isLoading = true) => tell("loading", { isLoading }),
  toast: {
    show(message, options = {}) {
      toasts += 1;
      const id = `toast-${toasts}`;
      toastCalls.set(id, options);
      const { duration = 5000, isError = false, action = null } = options;
      tell("toast", { toast: id, message: String(message), duration, isError, action });
      return id;
    },
    hide: (id) => tell("toast:hide", { toast: id }),
  },
  modal,
  saveBar,
  app: { extensions: () => ask("extensions") },
  scopes: {
    query: () => ask("scopes"),
    request: (scopes) => ask("scopes:request", { scopes }),
    revoke: (scopes) => ask("scopes:revoke", { scopes }),
  },
  resourcePicker: (options) => ask("resource-picker", { options: JSON.parse(JSON.stringify(options)) }),
  webVitals: { onReport: async () => {} },
  support: { registerHandler: async () => {} },
  reviews: { request: async () => ({ success: false, code: "merchant-ineligible", message: "Development store" }) },
};

// Hidden by a style sheet: a style attribute set before hydration makes React warn.
const sheet = new CSSStyleSheet();
sheet.replaceSync("ui-title-bar, ui-nav-menu, s-app-nav, ui-save-bar, ui-modal:not(:state(open)) { display: none }");
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

authorizeFetch();
connectNavigation({ shop: config.shop, storeOrigin, isHeldBack: isSaveBarShown });
defineNavMenu();
defineTitleBar();
defineSaveBar();
defineModal();
tell("hello");
void returnFromBounce();
