// The app in the admin's frame, without a browser. Pages are read at the address that the admin gives the frame. Forms are sent with a
// session token from the admin.
import { APP_ROOT } from "./merchant.ts";
import type { Visitor } from "./visitor.ts";
import { readPage, type WebPage } from "./web-page.ts";

export type FramedApp = {
  read(path: string): Promise<WebPage>;
  /** Sends a form. `path`: where the answer redirects to, or the form's own path if the answer does not redirect. */
  send(path: string, fields: Iterable<[string, string]>): Promise<{ page: WebPage; path: string }>;
};

const BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36";

export function openFramedApp(visitor: Visitor): FramedApp {
  let origin = "";

  async function read(path: string): Promise<WebPage> {
    const around = await visitor.open(`${APP_ROOT}${path}`);
    const source = around.document.querySelector("iframe[data-source]")?.getAttribute("data-source");
    if (!source) throw new Error(`the admin does not show the app: ${around.text.slice(0, 200)}`);
    origin = new URL(source).origin;
    const response = await fetch(source, { headers: { "user-agent": BROWSER }, redirect: "follow" });
    const page = readPage(source, response.status, await response.text());
    if (page.status !== 200) throw new Error(`${path} answered ${page.status}: ${page.text.slice(0, 300)}`);
    return page;
  }

  async function token(): Promise<string> {
    const page = await visitor.open("/admin/internal/id-token");
    return (JSON.parse(page.html) as { token: string }).token;
  }

  return {
    read,
    async send(path, fields) {
      if (!origin) await read("/app");
      const headers = { "user-agent": BROWSER, authorization: `Bearer ${await token()}` };
      const body = new URLSearchParams([...fields]);
      const response = await fetch(origin + path, { method: "POST", body, headers, redirect: "manual" });
      const page = readPage(origin + path, response.status, await response.text());
      const next = response.headers.get("location");
      if (next && page.status >= 300 && page.status < 400) return { page, path: new URL(next, origin).pathname };
      if (page.status !== 200) throw new Error(`${path} answered ${page.status}: ${page.text.slice(0, 300)}`);
      return { page, path };
    },
  };
}
