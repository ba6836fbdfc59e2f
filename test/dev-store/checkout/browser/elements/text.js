// Texts and their decoration: headings, paragraphs, banners, badges, pictures, and loading states.

import { CheckoutElement, define, flag, number, oneOf, text } from "./base.js";

const TONES = {
  info: "#1f5199",
  success: "#0c6b3d",
  warning: "#8a5a00",
  critical: "#b3261e",
  neutral: "inherit",
  auto: "inherit",
  custom: "inherit",
};
const tone = oneOf(...Object.keys(TONES));
const color = oneOf("base", "subdued");
const colourOf = (element) => `color:${element.color === "subdued" ? "#666" : (TONES[element.tone] ?? "inherit")}`;

const TAGS = {
  address: "address",
  redundant: "s",
  mark: "mark",
  emphasis: "em",
  offset: "span",
  strong: "strong",
  small: "small",
  generic: "span",
};

class Text extends CheckoutElement {
  static props = {
    accessibilityVisibility: oneOf("visible", "hidden", "exclusive"),
    color,
    display: text,
    tone,
    type: oneOf(...Object.keys(TAGS)),
  };

  style_() {
    return `display:inline;${colourOf(this)}`;
  }

  draw() {
    const tag = TAGS[this.type] ?? "span";
    if (this.shadowRoot.firstElementChild.localName !== tag || this.accessibilityVisibility) {
      this.shadowRoot.innerHTML = `<${tag}><slot></slot></${tag}>`;
    }
    const element = this.shadowRoot.firstElementChild;
    element.classList.toggle("exclusive", this.accessibilityVisibility === "exclusive");
    if (this.accessibilityVisibility === "hidden") element.setAttribute("aria-hidden", "true");
  }
}

class Paragraph extends CheckoutElement {
  static props = {
    accessibilityVisibility: oneOf("visible", "hidden", "exclusive"),
    color,
    tone,
    type: oneOf("paragraph", "small"),
    textAlign: oneOf("start", "end", "center", "auto"),
  };

  template() {
    return `<p style="margin:0"><slot></slot></p>`;
  }

  style_() {
    const align = this.textAlign && this.textAlign !== "auto" ? `;text-align:${this.textAlign}` : "";
    return `${colourOf(this)}${this.type === "small" ? ";font-size:13px" : ""}${align}`;
  }
}

class Heading extends CheckoutElement {
  static props = { accessibilityRole: oneOf("presentation", "none", "heading"), accessibilityVisibility: text };

  template() {
    return `<h2 style="font-size:17px;line-height:1.3;font-weight:600;margin:0"><slot></slot></h2>`;
  }

  draw() {
    if (this.accessibilityRole && this.accessibilityRole !== "heading")
      this.part_("h2").setAttribute("role", this.accessibilityRole);
  }
}

class Banner extends CheckoutElement {
  static props = {
    collapsible: flag,
    dismissible: flag,
    heading: text,
    hidden: flag,
    tone: oneOf("auto", "info", "success", "warning", "critical"),
  };

  template() {
    return `<div class="banner"><div><strong></strong><slot></slot><div><slot name="primary-action"></slot><slot name="secondary-actions"></slot></div></div>
      <button type="button" aria-label="Dismiss" style="border:0;background:none;font-size:18px;line-height:1">×</button></div>`;
  }

  connectedCallback() {
    super.connectedCallback();
    this.part_("button").onclick = () => {
      this.hidden = true;
      this.dispatchEvent(new Event("dismiss"));
      this.dispatchEvent(new Event("afterhide"));
    };
  }

  style_() {
    const colour = { success: "#e8f5ec", warning: "#fff4dc", critical: "#fdecea" }[this.tone] ?? "#eef4fb";
    return `${this.hidden ? "display:none!important;" : ""}background:${colour};border-radius:8px;padding:14px 16px`;
  }

  draw() {
    const box = this.part_(".banner");
    box.style.cssText = "display:flex;justify-content:space-between;gap:12px";
    box.setAttribute("role", this.tone === "critical" ? "alert" : "status");
    const heading = this.part_("strong");
    heading.textContent = this.heading ?? "";
    heading.style.display = this.heading ? "block" : "none";
    this.part_("button").hidden = !this.dismissible;
  }
}

class Badge extends CheckoutElement {
  static props = {
    color: oneOf("base", "subdued"),
    icon: text,
    iconPosition: text,
    size: oneOf("small", "small-100", "base"),
    tone: oneOf("auto", "neutral", "critical"),
  };

  style_() {
    const critical = this.tone === "critical";
    return `display:inline-block;border-radius:5px;padding:1px 8px;font-size:13px;background:${critical ? "#fdecea" : "#ededed"};color:${critical ? "#b3261e" : "inherit"}`;
  }
}

class Spinner extends CheckoutElement {
  static props = { accessibilityLabel: text, size: oneOf("small-100", "small", "base", "large", "large-100") };

  template() {
    return `<style>@keyframes turn { to { transform: rotate(1turn) } } span { display: inline-block; width: 22px; height: 22px; border: 2px solid #ccc;
      border-top-color: #1773b0; border-radius: 50%; animation: turn 1s linear infinite } @media (prefers-reduced-motion: reduce) { span { animation: none } }</style><span role="status"></span>`;
  }

  draw() {
    this.part_("span").setAttribute("aria-label", this.accessibilityLabel ?? "Loading");
  }
}

class SkeletonParagraph extends CheckoutElement {
  static props = { content: text };

  style_() {
    return "height:16px;border-radius:4px;background:#ececec";
  }
}

class Progress extends CheckoutElement {
  static props = { accessibilityLabel: text, max: number, value: number, tone: oneOf("auto", "critical") };

  template() {
    return `<progress style="width:100%"></progress>`;
  }

  draw() {
    const bar = this.part_("progress");
    bar.max = Number(this.max ?? 1);
    if (this.value !== undefined) bar.value = Number(this.value);
    if (this.accessibilityLabel) bar.setAttribute("aria-label", this.accessibilityLabel);
  }
}

class Picture extends CheckoutElement {
  static props = {
    accessibilityRole: text,
    alt: text,
    aspectRatio: text,
    border: text,
    borderRadius: text,
    borderStyle: text,
    borderWidth: text,
    inlineSize: text,
    loading: text,
    objectFit: text,
    sizes: text,
    src: text,
    srcSet: text,
  };

  template() {
    return `<img style="max-width:100%">`;
  }

  draw() {
    Object.assign(this.part_("img"), { src: this.src ?? "", alt: this.alt ?? "" });
  }
}

class Icon extends CheckoutElement {
  static props = { size: oneOf("small-200", "small-100", "small", "base", "large", "large-100"), tone, type: text };

  template() {
    return `<span aria-hidden="true">◆</span>`;
  }

  style_() {
    return `display:inline-block;font-size:12px;${colourOf(this)}`;
  }
}

class Time extends CheckoutElement {
  static props = { dateTime: text };

  style_() {
    return "display:inline";
  }
}

export function defineText() {
  define("s-text", Text);
  define("s-paragraph", Paragraph);
  define("s-heading", Heading);
  define("s-banner", Banner);
  define("s-badge", Badge);
  define("s-spinner", Spinner);
  define("s-skeleton-paragraph", SkeletonParagraph);
  define("s-progress", Progress);
  define("s-image", Picture);
  define("s-icon", Icon);
  define("s-time", Time);
}
