// The app's navigation: links in the app, drawn by the admin in its own menu.

import { soon, tell } from "./channel.js";

const report = soon(() => {
  const links = [...document.querySelectorAll("ui-nav-menu [href], s-app-nav [href]")];
  tell("nav-menu", {
    items: links.map((link) => ({
      href: link.getAttribute("href"),
      label: link.textContent.trim(),
      home: link.getAttribute("rel") === "home",
    })),
  });
});

class NavMenu extends HTMLElement {
  #observer = new MutationObserver(report);

  connectedCallback() {
    this.#observer.observe(this, { attributes: true, childList: true, characterData: true, subtree: true });
    report();
  }

  disconnectedCallback() {
    this.#observer.disconnect();
    report();
  }
}

export function defineNavMenu() {
  customElements.define("ui-nav-menu", NavMenu);
  customElements.define("s-app-nav", class extends NavMenu {});
}
