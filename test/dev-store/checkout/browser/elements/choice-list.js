// s-choice-list: draws its s-choice children as native radio buttons or checkboxes in one fieldset, which keyboards and screen
// readers support.

import { CheckoutElement, define, flag, list, oneOf, text } from "./base.js";

const STYLE = `
  fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
  legend { margin-bottom: 8px; }
  .choices { display: grid; border: 1px solid #dedede; border-radius: 8px; overflow: hidden; background: #fff; }
  .choices.inline { display: flex; flex-wrap: wrap; gap: 8px; border: 0; overflow: visible; background: none; }
  label { display: flex; gap: 12px; align-items: center; padding: 12px 14px; min-height: 46px; cursor: pointer; }
  label + label { border-top: 1px solid #dedede; }
  .inline label, .inline label + label { border: 1px solid #8a8a8a; border-radius: 6px; padding: 8px 14px; background: #fff; }
  label:has(:checked) { background: #f0f6fb; }
  .inline label:has(:checked) { border-color: #1773b0; }
  label:has(:disabled) { opacity: .55; cursor: default; }
  input { width: 18px; height: 18px; margin: 0; accent-color: #1773b0; flex: none; }
  .more { display: block; color: #666; font-size: 13px; }
`;

class ChoiceList extends CheckoutElement {
  static props = {
    disabled: flag,
    error: text,
    label: text,
    labelAccessibilityVisibility: oneOf("visible", "exclusive"),
    multiple: flag,
    name: text,
    values: list,
    variant: oneOf("auto", "list", "inline", "block", "grid"),
  };
  #children = new MutationObserver(() => this.plan());
  #chosen = null;

  template() {
    return `<style>${STYLE}</style><fieldset><legend></legend><div class="choices"></div><span class="fault" id="fault" role="alert"></span></fieldset>`;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#children.observe(this, { attributes: true, childList: true, characterData: true, subtree: true });
  }

  disconnectedCallback() {
    this.#children.disconnect();
  }

  set(name, value) {
    if (name === "values") this.#chosen = Array.isArray(value) ? value.map(String) : null;
    super.set(name, value);
  }

  get(name) {
    if (name !== "values") return super.get(name);
    const first = this.#choices().filter((choice) => choice.selected ?? choice.defaultSelected);
    return this.#chosen ?? first.map((choice) => String(choice.value ?? ""));
  }

  #choices() {
    return [...this.querySelectorAll("s-choice")];
  }

  draw() {
    const legend = this.part_("legend");
    legend.textContent = this.label ?? "";
    legend.classList.toggle("exclusive", this.labelAccessibilityVisibility === "exclusive");
    const fieldset = this.part_("fieldset");
    fieldset.disabled = Boolean(this.disabled);
    fieldset.setAttribute("aria-describedby", "fault");
    this.part_(".fault").textContent = this.error ?? "";
    const box = this.part_(".choices");
    box.classList.toggle("inline", this.variant === "inline" || this.variant === "grid");
    const choices = this.#choices();
    while (box.children.length > choices.length) box.lastElementChild.remove();
    while (box.children.length < choices.length) box.append(this.#newRow());
    const values = this.values;
    for (const [index, choice] of choices.entries()) this.#drawRow(box.children[index], choice, values);
  }

  #newRow() {
    const row = document.createElement("label");
    row.innerHTML = `<input><span><span class="name"></span><span class="more"></span></span>`;
    row.querySelector("input").addEventListener("change", (event) => this.#choose(event.target));
    return row;
  }

  #drawRow(row, choice, values) {
    const input = row.querySelector("input");
    const type = this.multiple ? "checkbox" : "radio";
    if (input.type !== type) input.type = type;
    input.name = "choice";
    input.value = String(choice.value ?? "");
    input.checked = values.includes(input.value);
    input.disabled = Boolean(choice.disabled);
    const details = choice.querySelector('[slot="details"]')?.textContent ?? "";
    const words = [...choice.childNodes]
      .filter((node) => !(node instanceof Element && node.slot))
      .map((node) => node.textContent);
    row.querySelector(".name").textContent = words.join("").trim();
    row.querySelector(".more").textContent = details;
    if (choice.accessibilityLabel) input.setAttribute("aria-label", choice.accessibilityLabel);
  }

  #choose({ value, checked }) {
    const before = this.values.filter((entry) => entry !== value);
    this.#chosen = this.multiple ? (checked ? [...before, value] : before) : [value];
    for (const choice of this.#choices()) choice.selected = this.#chosen.includes(String(choice.value ?? ""));
    this.dispatchEvent(new Event("input", { bubbles: true }));
    this.dispatchEvent(new Event("change", { bubbles: true }));
    this.plan();
  }
}

export function defineChoiceList() {
  define("s-choice-list", ChoiceList);
}
