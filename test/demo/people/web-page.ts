// A page that was read by a request or in a browser: its text, its links and its forms.
import { JSDOM } from "jsdom";

export type WebPage = {
  status: number;
  address: string;
  html: string;
  /** The visible text, in one line. */
  text: string;
  document: Document;
};

export function readPage(address: string, status: number, html: string): WebPage {
  const { document } = new JSDOM(html, { url: address }).window;
  return { status, address, html, text: textOf(document.body), document };
}

/** The visible text. Block elements are separated by a space. Hidden elements, scripts and styles are left out. */
export function textOf(node: Node | null): string {
  const words: string[] = [];
  const walk = (at: Node) => {
    if (at.nodeType === 3) words.push(at.textContent ?? "");
    for (const child of at.childNodes) if (!isSilent(child)) walk(child);
    if (at.nodeType === 1 && /^(P|DIV|H\d|LI|TR|TD|TH|DT|DD|BUTTON|LABEL|OPTION|BR|SECTION)$/.test(at.nodeName))
      words.push(" ");
  };
  if (node) walk(node);
  return words.join("").replace(/\s+/g, " ").trim();
}

/** True for hidden elements, including text that only a screen reader reads. */
function isSilent(node: Node): boolean {
  if (/^(SCRIPT|STYLE|TEMPLATE|svg)$/.test(node.nodeName)) return true;
  const element = node.nodeType === 1 ? (node as Element) : null;
  return element !== null && (element.hasAttribute("hidden") || /visually-?hidden/i.test(element.className));
}

/** The first element that a selector finds, as text; null where there is none. */
export const textAt = (page: WebPage, selector: string): string | null => {
  const found = page.document.querySelector(selector);
  return found ? textOf(found) : null;
};
