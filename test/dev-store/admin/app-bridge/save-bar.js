// The contextual save bar: shown by the app (`ui-save-bar`, shopify.saveBar) or by a changed `form[data-save-bar]`.

import { ask, hear, soon, tell } from "./channel.js";
import { describeAction } from "./title-bar.js";

/** The ui-save-bar elements and forms that opened the bar, newest last. */
const shown = new Set();
const current = () => [...shown].at(-1);

const primaryOf = (bar) => bar.querySelector('button[variant="primary"]');
const discardOf = (bar) => [...bar.querySelectorAll("button")].find((button) => button !== primaryOf(bar));

const report = soon(() => {
  const owner = current();
  const isForm = owner instanceof HTMLFormElement;
  const describe = (button) => (button ? describeAction(button, 0) : {});
  tell("save-bar", {
    shown: Boolean(owner),
    save: owner && !isForm ? describe(primaryOf(owner)) : {},
    discard: owner && !isForm ? describe(discardOf(owner)) : {},
    confirmDiscard: Boolean(
      owner && (isForm ? "discardConfirmation" in owner.dataset : owner.hasAttribute("discardConfirmation")),
    ),
  });
});

export const isSaveBarShown = () => shown.size > 0;

function put(owner, wanted) {
  if (shown.has(owner) === wanted) return;
  if (wanted) shown.add(owner);
  else shown.delete(owner);
  if (!(owner instanceof HTMLFormElement)) owner.dispatchEvent(new CustomEvent(wanted ? "show" : "hide"));
  report();
}

class SaveBar extends HTMLElement {
  #observer = new MutationObserver(report);

  connectedCallback() {
    this.#observer.observe(this, { attributes: true, childList: true, characterData: true, subtree: true });
  }

  disconnectedCallback() {
    this.#observer.disconnect();
    put(this, false);
  }

  get showing() {
    return shown.has(this);
  }

  get discardConfirmation() {
    return this.hasAttribute("discardConfirmation");
  }

  set discardConfirmation(value) {
    this.toggleAttribute("discardConfirmation", Boolean(value));
  }

  async show() {
    put(this, true);
  }

  async hide() {
    put(this, false);
  }

  async toggle() {
    put(this, !this.showing);
  }
}

const valueOf = (field) =>
  field.type === "checkbox" || field.type === "radio" ? String(field.checked) : String(field.value ?? "");
const valuesOf = (form) => [...form.elements].filter((field) => field.tagName !== "BUTTON").map(valueOf);
const initial = new WeakMap();

function watchForm(form) {
  if (initial.has(form)) return;
  const settle = () => {
    initial.set(form, valuesOf(form));
    put(form, false);
  };
  const compare = () => {
    if (!form.isConnected) return;
    const before = initial.get(form);
    const now = valuesOf(form);
    put(form, now.length !== before.length || now.some((value, index) => value !== before[index]));
  };
  initial.set(form, valuesOf(form));
  form.addEventListener("input", () => setTimeout(compare));
  form.addEventListener("change", () => setTimeout(compare));
  form.addEventListener("submit", () => setTimeout(settle));
  form.addEventListener("reset", () => setTimeout(settle));
}

/** Forms are added and removed with the app's pages. The bar of a removed form closes. */
const lookForForms = soon(() => {
  for (const form of document.querySelectorAll("form[data-save-bar]")) watchForm(form);
  for (const owner of shown) if (!owner.isConnected) put(owner, false);
});

const elementOf = (id) => document.getElementById(id);

export const saveBar = {
  show: async (id) => elementOf(id)?.show?.(),
  hide: async (id) => elementOf(id)?.hide?.(),
  toggle: async (id) => elementOf(id)?.toggle?.(),
  leaveConfirmation: async () => {
    if (!isSaveBarShown()) return;
    await ask("leave-confirmation");
    for (const owner of [...shown]) put(owner, false);
  },
};

export function defineSaveBar() {
  customElements.define("ui-save-bar", SaveBar);
  hear("save-bar:save", () => {
    const owner = current();
    if (owner instanceof HTMLFormElement) owner.requestSubmit();
    else if (owner) primaryOf(owner)?.click();
  });
  hear("save-bar:discard", () => {
    const owner = current();
    if (owner instanceof HTMLFormElement) owner.reset();
    else if (owner) discardOf(owner)?.click();
  });
  hear("save-bar:leave", () => {
    for (const owner of [...shown]) put(owner, false);
  });
  new MutationObserver(lookForForms).observe(document, { childList: true, subtree: true });
  addEventListener("DOMContentLoaded", lookForForms);
}
