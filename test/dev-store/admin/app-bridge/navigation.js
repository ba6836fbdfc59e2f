// The admin's URL follows the app, links to the admin leave the frame, and an open save bar prevents both.

import { hear, tell } from "./channel.js";

const plainOpen = window.open.bind(window);
const handle = (shop) => shop.replace(/\..*$/, "");

/** The URL in this store of a URL of the shop's admin or storefront. Null if it is neither. */
function addressInStore(href, shop, storeOrigin) {
  const inAdmin = /^shopify:(?:\/\/)?admin(\/.*)?$/.exec(href);
  if (inAdmin) return `${storeOrigin}/admin${inAdmin[1] ?? ""}`;
  let url;
  try {
    url = new URL(href, location.href);
  } catch {
    return null;
  }
  if (shop && url.hostname === shop) return storeOrigin + url.pathname + url.search + url.hash;
  const prefix = `/store/${handle(shop ?? "")}`;
  if (url.hostname !== "admin.shopify.com" || !url.pathname.startsWith(prefix)) return null;
  return `${storeOrigin}/admin${url.pathname.slice(prefix.length)}${url.search}${url.hash}`;
}

const address = () => location.pathname + location.search + location.hash;

function report(isNew) {
  tell("address", { path: address(), state: history.state, isNew });
}

/**
 * The admin's own history counts: the app's new pages replace each other in the frame and are new entries in the admin. So the
 * back button works after a reload too, when the frame's history is gone.
 */
function followHistory() {
  const replace = history.replaceState.bind(history);
  history.pushState = (...values) => {
    replace(...values);
    report(true);
  };
  history.replaceState = (...values) => {
    replace(...values);
    report(false);
  };
  hear("pop", ({ path, state }) => {
    replace(state, "", path);
    dispatchEvent(new PopStateEvent("popstate", { state }));
  });
  addEventListener("hashchange", () => report(false));
  report(false);
}

/**
 * First clicks as the app's router expects it. If no router handles the click, sends Shopify's navigation event, and then loads
 * the page.
 */
export function followLink(link) {
  const click = new MouseEvent("click", { bubbles: true, cancelable: true, composed: true });
  const finish = (event) => {
    if (event !== click || event.defaultPrevented) return;
    event.preventDefault();
    const taken = !link.dispatchEvent(new CustomEvent("shopify:navigate", { bubbles: true, cancelable: true }));
    if (taken || window.shopify.navigateListened) return;
    location.assign(link.getAttribute("href"));
  };
  addEventListener("click", finish, { once: true });
  link.dispatchEvent(click);
  removeEventListener("click", finish);
}

/** Notes whether the app has a router that handles shopify:navigate, because the app cannot be asked. */
function noticeRouters() {
  for (const target of [window, document]) {
    const plain = target.addEventListener.bind(target);
    target.addEventListener = (type, ...rest) => {
      if (type === "shopify:navigate") window.shopify.navigateListened = true;
      plain(type, ...rest);
    };
  }
}

export function connectNavigation({ shop, storeOrigin, isHeldBack }) {
  noticeRouters();
  followHistory();
  hear("navigate", ({ href }) => {
    const inMenu = [...document.querySelectorAll("ui-nav-menu [href], s-app-nav [href]")];
    const link = inMenu.find((entry) => entry.getAttribute("href") === href);
    if (link) followLink(link);
    else location.assign(href);
  });

  window.open = (href = "", target = "_blank", features = undefined) => {
    const address = addressInStore(String(href), shop, storeOrigin) ?? href;
    if (target !== "_top" && target !== "_parent") return plainOpen(address, target, features);
    tell("go", { href: new URL(address, location.href).href });
    return null;
  };

  document.addEventListener(
    "click",
    (event) => {
      const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement && node.hasAttribute("href"));
      if (!link || event.button !== 0) return;
      const href = link.getAttribute("href");
      const leavesTab = link.target === "_blank";
      if (isHeldBack() && !leavesTab && !href.startsWith("#")) {
        event.preventDefault();
        event.stopImmediatePropagation();
        tell("held-back");
        return;
      }
      const address = addressInStore(href, shop, storeOrigin);
      if (!address && link.target !== "_top" && link.target !== "_parent") return;
      event.preventDefault();
      window.open(address ?? href, leavesTab ? "_blank" : "_top");
    },
    true,
  );
}
