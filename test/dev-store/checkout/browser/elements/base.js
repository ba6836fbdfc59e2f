// The base of all s-* elements: checked properties, a shadow tree, and styles. Names and values are those of
// @shopify/ui-extensions 2026-07. Unknown ones are reported by console.error.

const SIZES =
  "small-500 small-400 small-300 small-200 small-100 small base large large-100 large-200 large-300 large-400 large-500".split(
    " ",
  );
const SPACE = {
  none: 0,
  "small-500": 2,
  "small-400": 4,
  "small-300": 6,
  "small-200": 8,
  "small-100": 10,
  small: 12,
  base: 16,
  large: 20,
  "large-100": 24,
  "large-200": 28,
  "large-300": 36,
  "large-400": 48,
  "large-500": 64,
};
const RADIUS = { none: 0, "small-100": 2, small: 4, base: 6, large: 10, "large-100": 14, max: 999 };
const BORDER = { none: 0, base: 1, large: 2, "large-100": 2, "large-200": 3 };
const GROUND = { transparent: "transparent", base: "#fff", subdued: "#f5f5f5" };

export const text = { check: () => true };
export const flag = {
  check: (value) => typeof value === "boolean" || value === "" || value === "true" || value === "false",
  isFlag: true,
};
export const number = { check: (value) => Number.isFinite(Number(value)) };
export const list = { check: Array.isArray, initial: () => [] };
export const oneOf = (...values) => ({ check: (value) => values.includes(value) });
const responsive = (kind) => ({ check: (value) => /^@container/.test(value) || kind.check(value) });
const shorthand = (names, most) => ({
  check: (value) => {
    const parts = String(value).split(" ");
    return parts.length <= most && parts.every((part) => names.includes(part));
  },
});
const spacing = (most) => responsive(shorthand(["none", ...SIZES], most));
const size = { check: (value) => /^(auto|none|0|\d+(\.\d+)?(px|%))$/.test(String(value)) };

export const boxProps = {
  accessibilityLabel: text,
  accessibilityRole: text,
  accessibilityVisibility: oneOf("visible", "hidden", "exclusive"),
  background: oneOf("transparent", "subdued", "base"),
  blockSize: size,
  border: { check: (value) => Object.hasOwn(BORDER, String(value).split(" ")[0]) },
  borderRadius: shorthand(Object.keys(RADIUS), 4),
  borderStyle: text,
  borderWidth: shorthand(Object.keys(BORDER), 4),
  display: responsive(oneOf("auto", "none")),
  inlineSize: size,
  maxBlockSize: size,
  maxInlineSize: size,
  minBlockSize: size,
  minInlineSize: size,
  overflow: oneOf("visible", "hidden"),
  padding: spacing(4),
  paddingBlock: spacing(2),
  paddingBlockEnd: spacing(1),
  paddingBlockStart: spacing(1),
  paddingInline: spacing(2),
  paddingInlineEnd: spacing(1),
  paddingInlineStart: spacing(1),
};

export const gapProps = { gap: spacing(2), columnGap: spacing(1), rowGap: spacing(1) };

/** The last value of `@container (…) a, b` is the default. */
const plain = (value) => (/^@container/.test(value) ? value.split(",").at(-1).trim() : value);
const lengths = (value, table) =>
  plain(value)
    .split(" ")
    .map((part) => `${table[part] ?? 0}px`)
    .join(" ");
export const space = (value) => lengths(value, SPACE);

const BOX_STYLES = {
  background: (value) => `background:${GROUND[value]}`,
  border: (value) => `border:${BORDER[value.split(" ")[0]]}px ${value.split(" ")[2] ?? "solid"} #dedede`,
  borderRadius: (value) => `border-radius:${lengths(value, RADIUS)}`,
  borderStyle: (value) => `border-style:${value}`,
  borderWidth: (value) => `border:0 solid #dedede;border-width:${lengths(value, BORDER)}`,
  display: (value) => (plain(value) === "none" ? "display:none!important" : ""),
  overflow: (value) => `overflow:${value}`,
  columnGap: (value) => `column-gap:${space(value)}`,
  rowGap: (value) => `row-gap:${space(value)}`,
  gap: (value) => `gap:${space(value)}`,
};
for (const name of [
  "padding",
  "paddingBlock",
  "paddingBlockEnd",
  "paddingBlockStart",
  "paddingInline",
  "paddingInlineEnd",
  "paddingInlineStart",
]) {
  BOX_STYLES[name] = (value) => `${toCss(name)}:${space(value)}`;
}
for (const name of ["blockSize", "inlineSize", "maxBlockSize", "maxInlineSize", "minBlockSize", "minInlineSize"]) {
  BOX_STYLES[name] = (value) => `${toCss(name)}:${value}`;
}

function toCss(name) {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** CSS rules for the element itself, from its box properties. */
export function boxStyle(element) {
  const rules = Object.entries(BOX_STYLES).map(([name, draw]) => (element[name] ? draw(String(element[name])) : ""));
  return rules.filter(Boolean).join(";");
}

export class CheckoutElement extends HTMLElement {
  static props = {};
  #values = new Map();
  #planned = false;
  #sheet = new CSSStyleSheet();

  static get observedAttributes() {
    return Object.keys(this.props).map((name) => name.toLowerCase());
  }

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    root.adoptedStyleSheets = [sharedSheet, this.#sheet];
    root.innerHTML = this.template();
  }

  template() {
    return "<slot></slot>";
  }

  /** CSS rules for `:host`. */
  style_() {
    return boxStyle(this);
  }

  /** Draws the properties in the shadow tree. */
  draw() {}

  connectedCallback() {
    this.plan();
  }

  attributeChangedCallback(attribute, _before, value) {
    const name = Object.keys(this.constructor.props).find((prop) => prop.toLowerCase() === attribute);
    if (name) this[name] = value === "" && this.constructor.props[name].isFlag ? true : value;
  }

  get(name) {
    const kept = this.#values.get(name);
    return kept === undefined ? this.constructor.props[name].initial?.() : kept;
  }

  set(name, value) {
    const kind = this.constructor.props[name];
    if (value !== "" && value != null && !kind.check(value)) {
      console.error(`${this.localName}: ${name} cannot be ${JSON.stringify(value)}`);
    }
    const isOff = value == null || (kind.isFlag && (value === false || value === "false" || value === ""));
    this.#values.set(name, isOff ? undefined : kind.isFlag ? true : value);
    this.plan();
  }

  /** Draws once after all changes of this turn. */
  plan() {
    if (this.#planned) return;
    this.#planned = true;
    queueMicrotask(() => {
      this.#planned = false;
      this.#sheet.replaceSync(`:host{${this.style_()}}`);
      this.draw();
    });
  }

  part_(selector) {
    return this.shadowRoot.querySelector(selector);
  }
}

const sharedSheet = new CSSStyleSheet();
sharedSheet.replaceSync(`
  :host { box-sizing: border-box; display: block; }
  * { box-sizing: border-box; }
  input, textarea, select, button { font: inherit; color: inherit; }
  .field { display: grid; gap: 4px; }
  .field > label, legend { font-weight: 500; padding: 0; }
  .exclusive { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  .fault { color: #b3261e; font-size: 13px; display: flex; gap: 6px; }
  .fault:empty { display: none; }
  input[type=text], input[type=email], input[type=tel], input[type=url], input[type=number], textarea, select { width: 100%;
    border: 1px solid #8a8a8a; border-radius: 6px; padding: 11px 12px; background: #fff; min-height: 48px; }
  :focus-visible { outline: 2px solid #1773b0; outline-offset: 1px; }
  [aria-invalid=true] { border-color: #b3261e; }
  button { cursor: pointer; }
  button:disabled { cursor: default; opacity: .55; }
`);

const GLOBAL_PROPS = ["id", "slot", "lang", "dir", "hidden"];

/** Defines an element under its tag, with accessors for its properties. */
export function define(tag, elementClass) {
  for (const name of Object.keys(elementClass.props)) {
    Object.defineProperty(elementClass.prototype, name, {
      configurable: true,
      enumerable: true,
      get() {
        return this.get(name);
      },
      set(value) {
        this.set(name, value);
      },
    });
  }
  customElements.define(tag, elementClass);
}

const told = new Set();
function complain(message) {
  if (told.has(message)) return;
  told.add(message);
  console.error(message);
}

function checkElement(element) {
  const tag = element.localName;
  if (!tag.startsWith("s-"))
    return complain(`<${tag}> is no element of a checkout extension: only s-* elements are drawn`);
  const known = customElements.get(tag);
  if (!known) return complain(`<${tag}> is no element of this checkout`);
  const allowed = [...GLOBAL_PROPS, ...Object.keys(known.props).map((name) => name.toLowerCase())];
  for (const { name } of element.attributes) {
    if (!allowed.includes(name)) complain(`<${tag}> has no property ${name}`);
  }
}

/** Reports what Shopify's checkout would not draw: plain HTML, unknown elements and unknown properties. */
export function watchFor(body) {
  const check = (node) => {
    if (!(node instanceof Element)) return;
    checkElement(node);
    for (const element of node.querySelectorAll("*")) checkElement(element);
  };
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === "attributes") {
        if (target !== body) checkElement(target);
      }
      for (const node of addedNodes) check(node);
    }
  }).observe(body, { attributes: true, childList: true, subtree: true });
}
