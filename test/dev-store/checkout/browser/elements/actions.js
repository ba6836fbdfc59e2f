// Buttons, links and forms.

import { boxProps, boxStyle, CheckoutElement, define, flag, oneOf, text } from "./base.js";

/** Submits the form around the element, as Shopify's form does: the app receives `submit`. */
export function submitFormOf(element) {
  element.closest("s-form")?.submit_();
}

const clickProps = {
  accessibilityLabel: text,
  command: oneOf("--auto", "--show", "--hide", "--toggle", "--copy"),
  commandFor: text,
  disabled: flag,
  href: text,
  interestFor: text,
  loading: flag,
  target: oneOf("auto", "_blank"),
  type: oneOf("submit", "button"),
};

class Pressable extends CheckoutElement {
  static props = clickProps;

  template() {
    return `<button type="button"><slot></slot></button>`;
  }

  /** In a checkout a link is drawn as a link, and a button as a button. */
  draw() {
    const wanted = this.href ? "a" : "button";
    if (!this.part_(wanted)) this.shadowRoot.innerHTML = this.href ? `<a><slot></slot></a>` : this.template();
    const control = this.part_(wanted);
    if (this.href) Object.assign(control, { href: this.href, target: this.target === "_blank" ? "_blank" : "_top" });
    else control.disabled = Boolean(this.disabled || this.loading);
    if (this.accessibilityLabel) control.setAttribute("aria-label", this.accessibilityLabel);
    control.setAttribute("aria-busy", String(Boolean(this.loading)));
    control.onclick = () => this.type === "submit" && submitFormOf(this);
  }
}

class Button extends Pressable {
  static props = {
    ...clickProps,
    inlineSize: oneOf("auto", "fill", "fit-content"),
    tone: oneOf("auto", "neutral", "critical"),
    variant: oneOf("auto", "primary", "secondary"),
  };

  style_() {
    return this.inlineSize === "fill" ? "display:block" : "display:inline-block";
  }

  draw() {
    super.draw();
    const primary = this.variant === "primary";
    const colour = this.tone === "critical" ? "#b3261e" : "#1773b0";
    const control = this.part_("a, button");
    control.style.cssText = `font:inherit;font-weight:600;min-height:46px;padding:10px 14px;border-radius:6px;text-decoration:none;display:inline-block;text-align:center;
      border:1px solid ${colour};background:${primary ? colour : "#fff"};color:${primary ? "#fff" : colour};${this.inlineSize === "fill" ? "width:100%" : ""}`;
  }
}

class Clickable extends Pressable {
  static props = { ...boxProps, ...clickProps };

  style_() {
    return `display:block;${boxStyle(this)}`;
  }

  draw() {
    super.draw();
    this.part_("a, button").style.cssText =
      "all:unset;cursor:pointer;display:block;width:100%;box-sizing:border-box;outline-offset:2px";
  }
}

class PressButton extends CheckoutElement {
  static props = {
    accessibilityLabel: text,
    defaultPressed: flag,
    disabled: flag,
    inlineSize: oneOf("auto", "fill", "fit-content"),
    loading: flag,
    pressed: flag,
  };

  template() {
    return `<button type="button"><slot></slot></button>`;
  }

  draw() {
    const button = this.part_("button");
    const pressed = Boolean(this.pressed ?? this.defaultPressed);
    button.disabled = Boolean(this.disabled || this.loading);
    button.setAttribute("aria-pressed", String(pressed));
    if (this.accessibilityLabel) button.setAttribute("aria-label", this.accessibilityLabel);
    button.style.cssText = `min-height:44px;min-width:44px;padding:8px 14px;border-radius:6px;border:1px solid ${pressed ? "#1773b0" : "#8a8a8a"};
      background:${pressed ? "#1773b0" : "#fff"};color:${pressed ? "#fff" : "inherit"};${this.inlineSize === "fill" ? "width:100%" : ""}`;
    button.onclick = () => {
      if (this.pressed === undefined) this.defaultPressed = !this.defaultPressed;
    };
  }

  style_() {
    return this.inlineSize === "fill" ? "display:block" : "display:inline-block";
  }
}

class Link extends Pressable {
  static props = { ...clickProps, tone: oneOf("auto", "neutral") };

  style_() {
    return "display:inline";
  }

  draw() {
    super.draw();
    this.part_("a, button").style.cssText =
      `border:0;padding:0;background:none;text-decoration:underline;color:${this.tone === "neutral" ? "inherit" : "#1773b0"}`;
  }
}

class Form extends CheckoutElement {
  static props = { disabled: flag };

  template() {
    return `<div role="form" style="display:contents"><slot></slot></div>`;
  }

  connectedCallback() {
    super.connectedCallback();
    this.addEventListener("keydown", (event) => {
      const field = event.composedPath()[0];
      if (
        event.key === "Enter" &&
        field instanceof HTMLInputElement &&
        field.type !== "checkbox" &&
        field.type !== "radio"
      )
        this.submit_();
    });
  }

  submit_() {
    if (!this.disabled) this.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  }
}

export function defineActions() {
  define("s-button", Button);
  define("s-clickable", Clickable);
  define("s-press-button", PressButton);
  define("s-link", Link);
  define("s-form", Form);
}
