// A visitor opens pages, sends forms and follows redirects. The visitor of this file sends plain requests. The visitor of
// browser-visitor.ts has a real browser.
import { readPage, type WebPage } from "./web-page.ts";

export type Visitor = {
  /** The open page. */
  page(): Promise<WebPage>;
  /** `path`: a path of the store, or a whole address. */
  open(path: string): Promise<WebPage>;
  /**
   * Fills in the form that the selector finds, and presses a button of the form. `fields`: by field name; a list ticks exactly these
   * checkboxes of the name. `button`: `name=value` or the button's text; by default the form's first button.
   */
  submit(form: string, fields?: Record<string, string | string[]>, button?: string): Promise<WebPage>;
  cookies(): Promise<{ name: string; value: string }[]>;
  close(): Promise<void>;
};

const BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36";
const MOST_REDIRECTS = 10;

/** Keeps cookies from page to page, as a browser does. */
export function openHttpVisitor(origin: string): Visitor {
  const jar = new Map<string, string>();
  let current: WebPage = readPage(origin, 0, "");

  async function fetchPage(address: string, init: RequestInit): Promise<WebPage> {
    let [url, request] = [new URL(address, origin), init];
    for (let hops = 0; hops < MOST_REDIRECTS; hops++) {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
      const headers = { "user-agent": BROWSER, cookie, ...(hops === 0 ? { referer: current.address } : {}) };
      const response = await fetch(url, { ...request, redirect: "manual", headers });
      keepCookies(jar, response);
      const next = response.headers.get("location");
      if (response.status < 300 || response.status >= 400 || !next) {
        return (current = readPage(url.href, response.status, await response.text()));
      }
      await response.arrayBuffer();
      [url, request] = [new URL(next, url), {}];
    }
    throw new Error(`${address} redirects without end`);
  }

  return {
    page: async () => current,
    open: (path) => fetchPage(path, {}),
    submit(selector, fields = {}, button) {
      const form = current.document.querySelector<HTMLFormElement>(selector);
      if (!form) throw new Error(`${current.address} has no form ${selector}`);
      const sent = fieldsOf(form, current.document);
      for (const [name, value] of Object.entries(fields)) {
        sent.delete(name);
        for (const one of [value].flat()) sent.append(name, one);
      }
      const pressed = findButton(current.document, form, button);
      if (pressed?.getAttribute("name"))
        sent.set(pressed.getAttribute("name") ?? "", pressed.getAttribute("value") ?? "");
      const to = new URL(form.getAttribute("action") || current.address, current.address);
      if (form.method.toLowerCase() === "post") return fetchPage(to.href, { method: "POST", body: sent });
      to.search = sent.toString();
      return fetchPage(to.href, {});
    },
    cookies: async () => [...jar].map(([name, value]) => ({ name, value })),
    close: async () => undefined,
  };
}

function keepCookies(jar: Map<string, string>, response: Response): void {
  for (const line of response.headers.getSetCookie()) {
    const [pair = "", ...attributes] = line.split(";");
    const at = pair.indexOf("=");
    if (attributes.some((attribute) => attribute.trim() === "Max-Age=0")) jar.delete(pair.slice(0, at));
    else jar.set(pair.slice(0, at), pair.slice(at + 1));
  }
}

/** The fields that a browser would send, including fields outside the form with a `form` attribute. */
function fieldsOf(form: HTMLFormElement, document: Document): URLSearchParams {
  const sent = new URLSearchParams();
  const own = [...form.querySelectorAll("input, select, textarea")];
  const afar = form.id ? [...document.querySelectorAll(`[form="${form.id}"]`)] : [];
  for (const field of [...own, ...afar]) {
    const { name, type = "", checked = true, value = "" } = field as HTMLInputElement;
    if (!name || /^(submit|button|file)$/.test(type) || (/^(checkbox|radio)$/.test(type) && !checked)) continue;
    sent.append(name, value);
  }
  return sent;
}

function findButton(document: Document, form: HTMLFormElement, asked: string | undefined): Element | null {
  const all = [...form.querySelectorAll("button"), ...document.querySelectorAll(`button[form="${form.id || "-"}"]`)];
  if (asked === undefined) return all[0] ?? null;
  const found = all.find(
    (button) =>
      `${button.getAttribute("name")}=${button.getAttribute("value")}` === asked ||
      button.textContent?.trim() === asked,
  );
  if (!found) throw new Error(`the form has no button ${asked}`);
  return found;
}
