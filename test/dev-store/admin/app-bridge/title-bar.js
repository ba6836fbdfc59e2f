// The page's title and actions: buttons in the app, which the admin draws above the frame. A click there clicks the button here.

import { hear, soon, tell } from "./channel.js";

export function describeAction(element, index) {
  return {
    index,
    label: element.textContent.trim() || element.getAttribute("aria-label") || "",
    variant: element.getAttribute("variant"),
    tone: element.getAttribute("tone"),
    disabled: element.hasAttribute("disabled"),
    loading: element.hasAttribute("loading") && element.getAttribute("loading") !== "false",
    group: element.closest("section")?.getAttribute("label") ?? null,
  };
}

const bars = new Set();
const current = () => [...bars].filter((bar) => !bar.closest("ui-modal")).at(-1);
const actionsOf = (bar) => [...bar.querySelectorAll("button, a")];

const report = soon(() => {
  const bar = current();
  tell("title-bar", {
    title: bar ? (bar.getAttribute("title") ?? "") : null,
    actions: bar ? actionsOf(bar).map(describeAction) : [],
  });
});

class TitleBar extends HTMLElement {
  #observer = new MutationObserver(() => {
    report();
    this.dispatchEvent(new CustomEvent("title-bar-change"));
  });

  connectedCallback() {
    bars.add(this);
    this.#observer.observe(this, { attributes: true, childList: true, characterData: true, subtree: true });
    report();
  }

  disconnectedCallback() {
    bars.delete(this);
    this.#observer.disconnect();
    report();
  }
}

export function defineTitleBar() {
  customElements.define("ui-title-bar", TitleBar);
  hear("title-bar:click", ({ index }) => {
    const bar = current();
    if (bar) actionsOf(bar)[index]?.click();
  });
}
