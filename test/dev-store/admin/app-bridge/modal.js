// `ui-modal`: its children stay in place in the page, and a shadow tree draws the dialog around them.

import { tell } from "./channel.js";
import { describeAction } from "./title-bar.js";

const SHEET = `
  :host { position: fixed; inset: 0; box-sizing: border-box; width: 100%; height: 100%; margin: 0; border: 0; display: grid; place-items: center; background: rgb(0 0 0 / 0.5); padding: 16px; }
  .sheet { background: #fff; border-radius: 16px; width: 100%; max-width: 620px; max-height: calc(100vh - 32px);
    display: flex; flex-direction: column; overflow: hidden; box-shadow: 0 8px 40px rgb(0 0 0 / 0.3); }
  :host([variant=small]) .sheet { max-width: 400px; }
  :host([variant=large]) .sheet, :host([variant=max]) .sheet { max-width: 980px; }
  header { display: flex; justify-content: space-between; align-items: center; background: #f3f3f3; padding: 12px 16px; }
  h2 { font: 600 14px/20px Inter, system-ui, sans-serif; margin: 0; }
  .content { overflow: auto; }
  footer { display: flex; justify-content: flex-end; gap: 8px; padding: 12px 16px; border-top: 1px solid #e3e3e3; }
  footer:empty { display: none; }
  button { font: 600 13px/20px Inter, system-ui, sans-serif; border: 1px solid #babfc3; background: #fff; border-radius: 8px;
    padding: 6px 12px; cursor: pointer; }
  button.primary { background: #303030; border-color: #303030; color: #fff; }
  button.critical { background: #c70a24; border-color: #c70a24; color: #fff; }
  button.close { border: 0; background: none; font-size: 18px; }
  button:disabled { opacity: 0.5; cursor: default; }
  button:focus-visible { outline: 2px solid #005bd3; outline-offset: 1px; }
`;

class Modal extends HTMLElement {
  #internals = this.attachInternals();
  #content = null;
  #back = null;
  #redraw = new MutationObserver(() => this.#draw());

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(SHEET);
    root.adoptedStyleSheets = [sheet];
    root.innerHTML = `<div class="sheet" tabindex="-1">
      <header><h2 id="title"></h2><button type="button" class="close" aria-label="Close">×</button></header>
      <div class="content"><slot></slot></div><footer></footer></div>`;
    root.querySelector(".close").addEventListener("click", () => this.hide());
    root.addEventListener("keydown", (event) => event.key === "Escape" && this.hide());
    this.addEventListener("keydown", (event) => event.key === "Escape" && this.hide());
  }

  /** The element into which a framework may put the dialog's content. Made on first use. */
  get content() {
    if (!this.#content) this.#content = this.appendChild(document.createElement("div"));
    return this.#content;
  }

  get variant() {
    return this.getAttribute("variant") ?? "base";
  }

  set variant(value) {
    this.setAttribute("variant", value);
  }

  get showing() {
    return this.#internals.states.has("open");
  }

  async show() {
    if (this.showing) return;
    this.#back = document.activeElement;
    this.#internals.states.add("open");
    this.#redraw.observe(this, { attributes: true, childList: true, characterData: true, subtree: true });
    // The role is on the element itself, so that slotted content belongs to the dialog. It is set only now, because hydration
    // expects no role.
    this.setAttribute("role", "dialog");
    this.setAttribute("aria-modal", "true");
    // The top layer: Shopify draws a dialog above the whole page, also where an element around the dialog has a layer of its own.
    this.popover = "manual";
    this.showPopover();
    this.#draw();
    this.shadowRoot.querySelector(".sheet").focus();
    tell("modal", { shown: true });
    this.dispatchEvent(new CustomEvent("show"));
  }

  async hide() {
    if (!this.showing) return;
    this.#internals.states.delete("open");
    this.#redraw.disconnect();
    this.removeAttribute("popover");
    this.#back?.focus?.();
    tell("modal", { shown: false });
    this.dispatchEvent(new CustomEvent("hide"));
  }

  async toggle() {
    return this.showing ? this.hide() : this.show();
  }

  disconnectedCallback() {
    void this.hide();
  }

  #draw() {
    const bar = this.querySelector("ui-title-bar");
    const title = bar?.getAttribute("title") ?? "";
    this.shadowRoot.getElementById("title").textContent = title;
    if (this.getAttribute("aria-label") !== title) this.setAttribute("aria-label", title);
    const footer = this.shadowRoot.querySelector("footer");
    footer.replaceChildren();
    // The primary action is the last, as in Shopify's own dialogs.
    const actions = bar ? [...bar.querySelectorAll("button")] : [];
    actions.sort(
      (a, b) => Number(a.getAttribute("variant") === "primary") - Number(b.getAttribute("variant") === "primary"),
    );
    for (const action of actions) footer.append(drawAction(action));
  }
}

function drawAction(action) {
  const { label, variant, tone, disabled, loading } = describeAction(action, 0);
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.className = tone === "critical" ? "critical" : variant === "primary" ? "primary" : "";
  button.disabled = disabled || loading;
  button.addEventListener("click", () => action.click());
  return button;
}

const elementOf = (id) => document.getElementById(id);

export const modal = {
  show: async (id) => elementOf(id)?.show?.(),
  hide: async (id) => elementOf(id)?.hide?.(),
  toggle: async (id) => elementOf(id)?.toggle?.(),
};

export function defineModal() {
  customElements.define("ui-modal", Modal);
}
