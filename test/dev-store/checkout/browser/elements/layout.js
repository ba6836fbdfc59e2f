// Boxes, stacks, grids, sections and dividers.

import { boxProps, boxStyle, CheckoutElement, define, flag, gapProps, oneOf, space, text } from "./base.js";

const plain = (value) => (/^@container/.test(value ?? "") ? value.split(",").at(-1).trim() : value);

/** A wrapper has the box's role, so that the role does not change the layout. */
class Box extends CheckoutElement {
  static props = boxProps;

  template() {
    return `<div class="role" style="display:contents"><slot></slot></div>`;
  }

  draw() {
    const role = this.accessibilityRole;
    const wrapper = this.part_(".role");
    const names = {
      "ordered-list": "list",
      "unordered-list": "list",
      "list-item": "listitem",
      aside: "complementary",
      header: "banner",
      footer: "contentinfo",
      section: "region",
      generic: "",
    };
    const wanted = role ? (names[role] ?? role) : "";
    if (wanted) wrapper.setAttribute("role", wanted);
    else wrapper.removeAttribute("role");
    if (this.accessibilityLabel) wrapper.setAttribute("aria-label", this.accessibilityLabel);
    wrapper.toggleAttribute("aria-hidden", this.accessibilityVisibility === "hidden");
  }
}

class Stack extends Box {
  static props = {
    ...boxProps,
    ...gapProps,
    direction: text,
    alignContent: text,
    alignItems: text,
    justifyContent: text,
  };

  style_() {
    const inline = plain(this.direction) === "inline";
    const rules = [
      `display:flex;flex-direction:${inline ? "row" : "column"};flex-wrap:${inline ? "wrap" : "nowrap"}`,
      this.alignItems ? `align-items:${plain(this.alignItems)}` : inline ? "align-items:center" : "",
      this.alignContent ? `align-content:${plain(this.alignContent)}` : "",
      this.justifyContent ? `justify-content:${plain(this.justifyContent)}` : "",
      boxStyle(this),
    ];
    return rules.filter(Boolean).join(";");
  }
}

class Grid extends Box {
  static props = {
    ...boxProps,
    ...gapProps,
    borderColor: text,
    gridTemplateColumns: text,
    gridTemplateRows: text,
    alignContent: text,
    alignItems: text,
    justifyContent: text,
    justifyItems: text,
    placeContent: text,
    placeItems: text,
  };

  style_() {
    const names = [
      "gridTemplateColumns",
      "gridTemplateRows",
      "alignContent",
      "alignItems",
      "justifyContent",
      "justifyItems",
      "placeContent",
      "placeItems",
    ];
    const rules = names.map((name) => {
      const css = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      return this[name] ? `${css}:${plain(this[name])}` : "";
    });
    return ["display:grid", ...rules, boxStyle(this)].filter(Boolean).join(";");
  }
}

class GridItem extends Box {
  static props = { ...boxProps, borderColor: text, gridColumn: text, gridRow: text };

  style_() {
    return [
      `grid-column:${this.gridColumn ?? "auto"};grid-row:${this.gridRow ?? "auto"};min-width:0`,
      boxStyle(this),
    ].join(";");
  }
}

class Section extends CheckoutElement {
  static props = { accessibilityLabel: text, heading: text, padding: oneOf("base", "none") };

  template() {
    return `<section><h2 style="font-size:17px;line-height:1.3;margin:0 0 12px"></h2><slot></slot></section>`;
  }

  draw() {
    const heading = this.part_("h2");
    heading.textContent = this.heading ?? "";
    heading.hidden = !this.heading;
    if (this.accessibilityLabel) this.part_("section").setAttribute("aria-label", this.accessibilityLabel);
  }
}

class Divider extends CheckoutElement {
  static props = { direction: oneOf("inline", "block") };

  template() {
    return `<div role="separator"></div>`;
  }

  style_() {
    return this.direction === "block"
      ? "border-inline-start:1px solid #dedede;align-self:stretch"
      : "border-block-start:1px solid #dedede";
  }
}

class QueryContainer extends CheckoutElement {
  static props = { containerName: text };

  style_() {
    return "container-type:inline-size";
  }
}

class ScrollBox extends Box {
  style_() {
    return `overflow:auto;${boxStyle(this)}`;
  }
}

class List extends CheckoutElement {
  template() {
    return `<div role="list"><slot></slot></div>`;
  }

  style_() {
    return `display:grid;gap:${space("small-300")};padding-inline-start:20px`;
  }
}

class ListItem extends CheckoutElement {
  template() {
    return `<div role="listitem"><slot></slot></div>`;
  }

  style_() {
    const ordered = this.parentElement?.localName === "s-ordered-list";
    return `display:list-item;list-style:${ordered ? "decimal" : "disc"}`;
  }
}

class Details extends CheckoutElement {
  static props = { defaultOpen: flag, open: flag, toggleTransition: text };

  template() {
    return `<details><summary><slot name="summary"></slot></summary><slot></slot></details>`;
  }

  connectedCallback() {
    super.connectedCallback();
    for (const summary of this.querySelectorAll(":scope > s-summary")) summary.slot = "summary";
    this.part_("details").open = Boolean(this.open ?? this.defaultOpen);
  }
}

export function defineLayout() {
  define("s-box", Box);
  define("s-stack", Stack);
  define("s-grid", Grid);
  define("s-grid-item", GridItem);
  define("s-section", Section);
  define("s-divider", Divider);
  define("s-query-container", QueryContainer);
  define("s-scroll-box", ScrollBox);
  define("s-ordered-list", class extends List {});
  define("s-unordered-list", class extends List {});
  define("s-list-item", ListItem);
  define("s-details", Details);
  define("s-summary", class extends CheckoutElement {});
}
