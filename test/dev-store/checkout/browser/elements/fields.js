// Input elements: text fields, a checkbox, and a drop-down list.

import { CheckoutElement, define, flag, number, oneOf, text } from "./base.js";

const fieldProps = {
  autocomplete: text,
  defaultValue: text,
  disabled: flag,
  error: text,
  label: text,
  labelAccessibilityVisibility: oneOf("visible", "exclusive"),
  maxLength: number,
  minLength: number,
  name: text,
  placeholder: text,
  readOnly: flag,
  required: flag,
  value: text,
};

class Field extends CheckoutElement {
  static props = fieldProps;
  static type = "text";

  control_() {
    return `<input id="control" type="${this.constructor.type}">`;
  }

  template() {
    return `<div class="field"><label for="control"></label>${this.control_()}<span class="fault" id="fault" role="alert"></span></div>`;
  }

  connectedCallback() {
    super.connectedCallback();
    const control = this.part_("#control");
    if (this.value === undefined && this.defaultValue !== undefined) this.set("value", this.defaultValue);
    control.addEventListener("input", () => this.set("value", control.value));
    control.addEventListener("change", () => {
      this.set("value", control.value);
      this.dispatchEvent(new Event("change", { bubbles: true })); // does not leave the shadow tree by itself
    });
  }

  draw() {
    const control = this.part_("#control");
    const label = this.part_("label");
    label.textContent = this.label ?? "";
    label.classList.toggle("exclusive", this.labelAccessibilityVisibility === "exclusive");
    this.part_(".fault").textContent = this.error ?? "";
    const value = String(this.value ?? "");
    if (control.value !== value) control.value = value;
    control.disabled = Boolean(this.disabled);
    control.required = Boolean(this.required);
    control.setAttribute("aria-invalid", String(Boolean(this.error)));
    control.setAttribute("aria-describedby", "fault");
    if ("readOnly" in control) control.readOnly = Boolean(this.readOnly);
    for (const name of ["placeholder", "autocomplete"]) if (this[name]) control.setAttribute(name, this[name]);
    for (const name of ["maxLength", "minLength"]) if (this[name] !== undefined) control.setAttribute(name, this[name]);
    this.drawMore_(control);
  }

  drawMore_() {}
}

class TextField extends Field {
  static props = { ...fieldProps, icon: text, prefix: text, suffix: text };
}

class NumberField extends Field {
  static type = "number";
  static props = {
    ...fieldProps,
    controls: text,
    icon: text,
    inputMode: text,
    max: number,
    min: number,
    prefix: text,
    step: number,
    suffix: text,
  };

  drawMore_(control) {
    for (const name of ["max", "min", "step"]) if (this[name] !== undefined) control.setAttribute(name, this[name]);
  }
}

class TextArea extends Field {
  static props = { ...fieldProps, rows: number };

  control_() {
    return `<textarea id="control"></textarea>`;
  }

  drawMore_(control) {
    control.rows = Number(this.rows ?? 2);
  }
}

class Select extends Field {
  static props = {
    autocomplete: text,
    disabled: flag,
    error: text,
    label: text,
    name: text,
    placeholder: text,
    required: flag,
    value: text,
  };
  #options = new MutationObserver(() => this.plan());

  control_() {
    return `<select id="control"></select>`;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#options.observe(this, { childList: true, subtree: true, characterData: true, attributes: true });
  }

  drawMore_(control) {
    const options = [...this.querySelectorAll("s-option")].map((option) => {
      const isChosen =
        this.value === undefined ? Boolean(option.selected ?? option.defaultSelected) : option.value === this.value;
      return new Option(option.textContent.trim(), option.value ?? "", false, isChosen);
    });
    const placeholder = this.placeholder ? [new Option(this.placeholder, "")] : [];
    control.replaceChildren(...placeholder, ...options);
  }
}

class Choosable extends CheckoutElement {
  static props = {
    accessibilityLabel: text,
    defaultSelected: flag,
    disabled: flag,
    error: text,
    selected: flag,
    value: text,
  };
}

class Checkbox extends CheckoutElement {
  static props = {
    accessibilityLabel: text,
    checked: flag,
    command: text,
    commandFor: text,
    defaultChecked: flag,
    disabled: flag,
    error: text,
    label: text,
    name: text,
    required: flag,
    value: text,
  };

  template() {
    return `<div class="field"><label style="display:flex;gap:10px;align-items:center;font-weight:400;min-height:44px"><input type="checkbox" aria-describedby="fault"><span></span></label><span class="fault" id="fault" role="alert"></span></div>`;
  }

  connectedCallback() {
    super.connectedCallback();
    const box = this.part_("input");
    if (this.checked === undefined && this.defaultChecked) this.checked = true;
    box.addEventListener("change", () => {
      this.checked = box.checked;
      this.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  draw() {
    const box = this.part_("input");
    box.checked = Boolean(this.checked);
    box.disabled = Boolean(this.disabled);
    this.part_("label span").textContent = this.label ?? "";
    this.part_(".fault").textContent = this.error ?? "";
    if (this.accessibilityLabel) box.setAttribute("aria-label", this.accessibilityLabel);
  }
}

export function defineFields() {
  define("s-text-field", TextField);
  define(
    "s-email-field",
    class extends Field {
      static type = "email";
    },
  );
  define(
    "s-phone-field",
    class extends Field {
      static type = "tel";
      static props = { ...fieldProps, type: text };
    },
  );
  define(
    "s-url-field",
    class extends Field {
      static type = "url";
    },
  );
  define(
    "s-date-field",
    class extends Field {
      static type = "date";
      static props = { ...fieldProps, allow: text, disallow: text };

      /** `2026-01-01--2026-12-31`: either end may be left out. */
      drawMore_(control) {
        const [from = "", to = ""] = String(this.allow ?? "").split("--");
        control.min = from;
        control.max = to;
      }
    },
  );
  define("s-number-field", NumberField);
  define("s-text-area", TextArea);
  define("s-select", Select);
  define("s-option", class extends Choosable {});
  define("s-choice", class extends Choosable {});
  define("s-checkbox", Checkbox);
  define("s-switch", class extends Checkbox {});
}
