// Draws product pictures: a shape in each product's own colours, so that no network is needed.

import type { Product } from "../model.ts";

const GROUNDS = ["#f3e9dc", "#e5ece4", "#e6e9f2", "#f4e4e1", "#ece6f0", "#e3eeee"];
const COLOURS = ["#8c5a3c", "#3f6b52", "#46598a", "#a4503f", "#6a4c86", "#2f6f73", "#b07d2b", "#55606b"];

const SHAPES: ((colour: string, shade: string) => string)[] = [
  (colour, shade) =>
    `<path d="M270 300h260l-30 250a40 40 0 0 1-40 36H340a40 40 0 0 1-40-36z" fill="${colour}"/><path d="M270 300h260l-5 40H275z" fill="${shade}"/><path d="M530 350c90-10 90 150-15 140" fill="none" stroke="${colour}" stroke-width="28"/>`,
  (colour, shade) =>
    `<rect x="330" y="260" width="140" height="330" rx="30" fill="${colour}"/><rect x="360" y="190" width="80" height="80" rx="14" fill="${shade}"/><rect x="330" y="390" width="140" height="110" fill="#fff" opacity=".75"/>`,
  (colour, shade) =>
    `<path d="M290 250l60-40c30 40 70 40 100 0l60 40 70 80-60 50-30-30v230H310V350l-30 30-60-50z" fill="${colour}"/><path d="M350 210c30 40 70 40 100 0l-12 36c-20 20-56 20-76 0z" fill="${shade}"/>`,
  (colour, shade) =>
    `<rect x="240" y="330" width="320" height="240" rx="24" fill="${colour}"/><path d="M310 330c0-150 180-150 180 0" fill="none" stroke="${shade}" stroke-width="26"/>`,
  (colour, shade) =>
    `<circle cx="400" cy="410" r="170" fill="${colour}"/><circle cx="400" cy="410" r="96" fill="${shade}"/>`,
  (colour, shade) =>
    `<path d="M300 560l100-330 100 330z" fill="${colour}"/><ellipse cx="400" cy="570" rx="150" ry="26" fill="${shade}"/>`,
];

/** The same number for the same text on every machine. */
function numberOf(text: string): number {
  let value = 7;
  for (const sign of text) value = (value * 31 + (sign.codePointAt(0) ?? 0)) % 1_000_003;
  return value;
}

const pick = <T>(list: T[], index: number): T => list[index % list.length] as T;

/** Products of one type have one shape, each in its own colours. */
export function drawProduct(product: Product): string {
  const shape = pick(SHAPES, numberOf(product.productType));
  const own = numberOf(product.id + product.title);
  const colour = pick(COLOURS, own);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 800" width="800" height="800"><rect width="800" height="800" fill="${pick(GROUNDS, own >> 3)}"/><ellipse cx="400" cy="604" rx="210" ry="22" opacity=".12"/>${shape(colour, pick(COLOURS, own + 3))}</svg>`;
}

export function picturePath(product: Product): string {
  return product.image ?? `/cdn/shop/products/${product.id}.svg`;
}
