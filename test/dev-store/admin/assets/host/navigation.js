// The app's items in the admin's menu, and the URL that follows the app.

const OWN = ["embedded", "hmac", "host", "id_token", "locale", "session", "shop", "timestamp"];

export function connectNavigation(channel, root, save) {
  const menus = [...document.querySelectorAll("[data-app-menu]")];
  const appLinks = [...document.querySelectorAll("[data-app-link]")];
  let items = [];
  let path = "/";

  const hrefOf = (item) => root + (item.href.startsWith("/") ? item.href : `/${item.href}`);

  function mark() {
    const plain = path.replace(/[?#].*$/, "");
    const within = items.filter(({ href }) => plain === href || plain.startsWith(`${href.replace(/\/$/, "")}/`));
    const best = within.sort((a, b) => b.href.length - a.href.length)[0];
    for (const link of document.querySelectorAll("[data-app-menu] a")) {
      const isCurrent = best && !best.home && link.dataset.href === best.href;
      if (isCurrent) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    for (const link of appLinks) link.toggleAttribute("data-current", !best || Boolean(best.home));
  }

  function drawItem(item) {
    const entry = document.createElement("li");
    const link = document.createElement("a");
    link.href = hrefOf(item);
    link.dataset.href = item.href;
    link.textContent = item.label;
    entry.append(link);
    return entry;
  }

  channel.on("nav-menu", (message) => {
    items = message.items;
    const shown = items.filter(({ home }) => !home);
    for (const menu of menus) menu.replaceChildren(...shown.map(drawItem));
    mark();
  });

  channel.on("address", (message) => {
    const url = new URL(message.path, location.origin);
    for (const name of OWN) url.searchParams.delete(name);
    path = url.pathname;
    const inApp = url.pathname + url.search + url.hash;
    const address = root + (url.pathname === "/" ? inApp.slice(1) : inApp);
    const isSame = address === location.pathname + location.search + location.hash;
    const entry = { path: inApp, state: message.state };
    if (message.isNew && !isSame) history.pushState(entry, "", address);
    else history.replaceState(entry, "", address);
    mark();
  });

  let isReturning = false;
  addEventListener("popstate", ({ state }) => {
    if (isReturning) return void (isReturning = false);
    if (save.isShown()) {
      isReturning = true; // the browser has gone back already: it is sent where it was
      history.forward();
      return save.holdBack();
    }
    const inApp = state?.path ?? (location.pathname + location.search + location.hash).slice(root.length);
    path = new URL(inApp || "/", location.origin).pathname;
    channel.send("pop", { path: inApp || "/", state: state?.state ?? null });
    mark();
  });

  channel.on("go", ({ href }) => location.assign(href));

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey) return;
    const link = event.target.closest("[data-app-menu] a, [data-app-link]");
    if (!link) return;
    const home = items.find((item) => item.home);
    const href = link.dataset.href ?? home?.href;
    if (!href) return;
    event.preventDefault();
    document.body.classList.remove("menu-open");
    channel.send("navigate", { href });
  });
}
