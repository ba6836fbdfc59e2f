import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { startToyShop, type ToyShop } from "../dev-store/toy-shop.ts";
import { openBrowser, PHONE, type OpenBrowser } from "../setup/browser.ts";

const asked: string[] = [];
let stale = false;
let toy: ToyShop;
let browser: OpenBrowser;

/** A small app with one page: client-side navigation, a form, a modal, and a request that needs a token. */
const appPage = (path: string): string => `<!doctype html><html><head>
<meta name="shopify-api-key" content="toy-key"><script src="https://cdn.shopify.com/shopifycloud/app-bridge.js"></script><title>Toy</title></head><body>
<ui-nav-menu><a href="/app" rel="home">Home</a><a href="/app/things">Things</a><a href="/app/other">Other</a></ui-nav-menu>
<ui-title-bar title="Title ${path}"><button variant="breadcrumb" onclick="go('/app')">Home</button>
  <button onclick="shopify.toast.show('Hello', { action: 'Undo', onAction: () => say('undone') })">Greet</button>
  <button variant="primary" onclick="document.getElementById('ask').show()">Delete</button></ui-title-bar>
<h1>${path}</h1><output></output>
<form data-save-bar><label>Name <input name="name" value="before"></label></form>
<ui-modal id="ask"><p>Really?</p><ui-title-bar title="Delete thing"><button variant="primary" tone="critical" onclick="say('deleted'); shopify.modal.hide('ask')">Delete it</button></ui-title-bar></ui-modal>
<a href="/app/other" onclick="event.preventDefault(); go('/app/other')">Link in the app</a>
<a href="https://toy-shop.myshopify.com/admin/discounts" target="_top">Discounts</a>
<script>
const say = (text) => { document.querySelector("output").textContent += text + ";"; };
const show = () => { document.querySelector("h1").textContent = location.pathname; document.querySelector("h1 ~ output").textContent = ""; document.querySelector("body > ui-title-bar").setAttribute("title", "Title " + location.pathname); };
const go = (path) => { history.pushState(null, "", path); show(); };
addEventListener("popstate", show);
addEventListener("shopify:navigate", (event) => go(event.target.getAttribute("href")));
document.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); say("saved " + new FormData(event.target).get("name")); });
document.querySelector("form").addEventListener("reset", () => say("discarded"));
fetch("/data").then((answer) => answer.text()).then((text) => say("data " + text));
</script></body></html>`;

beforeAll(async () => {
  toy = await startToyShop({
    files: {
      "extensions/theme/shopify.extension.toml": 'name = "Toy"\nhandle = "toy-theme"\ntype = "theme"\n',
      "extensions/theme/blocks/greeting.liquid":
        '<p>Good day</p>{% schema %}{ "name": "Greeting", "target": "section", "settings": [] }{% endschema %}',
    },
    app: (request, response) => {
      const url = new URL(request.url ?? "/", "http://app");
      if (url.pathname === "/data") {
        asked.push(request.headers.authorization ?? "");
        if (stale) response.setHeader("X-Shopify-Retry-Invalid-Session-Request", "1");
        response.statusCode = stale ? 401 : 200;
        stale = false;
        return void response.end("fresh");
      }
      response.setHeader("content-type", "text/html");
      response.setHeader(
        "content-security-policy",
        "frame-ancestors https://toy-shop.myshopify.com https://admin.shopify.com;",
      );
      response.end(appPage(url.pathname));
    },
  });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await toy.close();
});
afterEach(() => {
  expect(browser.problems.splice(0)).toEqual([]);
});

async function openApp(path: string, viewport?: { width: number; height: number }): Promise<Page> {
  const page = await browser.newPage(viewport ? { viewport } : {});
  await page.goto(`${toy.url}/admin/apps/toy${path}`);
  await frameOf(page).getByText("data fresh").waitFor();
  return page;
}

const frameOf = (page: Page) => page.frameLocator("iframe[name=app-iframe]");

test("a deep link opens the app's page, and the admin's URL follows the app's navigation and back", async () => {
  const page = await openApp("/app/things?tab=2");
  await page.getByRole("heading", { name: "Title /app/things" }).waitFor();
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe("/admin/apps/toy/app/things?tab=2");
  await page.getByRole("navigation", { name: "Admin" }).getByRole("link", { name: "Other" }).click();
  await page.getByRole("heading", { name: "Title /app/other" }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/admin/apps/toy/app/other");
  expect(await page.getByRole("navigation", { name: "Admin" }).locator("[aria-current=page]").textContent()).toBe(
    "Other",
  );
  await page.goBack();
  await page.getByRole("heading", { name: "Title /app/things" }).waitFor();
  await page.goForward();
  await page.reload();
  await frameOf(page).getByRole("heading", { name: "/app/other" }).waitFor();
  await frameOf(page).getByText("data fresh").waitFor();
  await page.goBack();
  await frameOf(page).getByRole("heading", { name: "/app/things" }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/admin/apps/toy/app/things");
  await page.getByRole("button", { name: "Home" }).click();
  await page.waitForURL(`${toy.url}/admin/apps/toy/app`);
});

test("the app's requests carry a session token, and a new one if the first is refused", async () => {
  asked.length = 0;
  stale = true;
  await openApp("/app");
  expect(asked).toHaveLength(2);
  expect(asked[0]).toMatch(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/);
  expect(asked[1]).not.toBe(asked[0]);
  expect(browser.problems.splice(0)).toEqual([expect.stringContaining("401 (Unauthorized)")]);
});

test("a changed form opens the save bar, which keeps the merchant on the page until the form is saved or discarded", async () => {
  const page = await openApp("/app/things");
  await frameOf(page).getByRole("link", { name: "Link in the app" }).click();
  const bar = page.getByRole("region", { name: "Unsaved changes" });
  const field = frameOf(page).getByLabel("Name");
  expect(await bar.isVisible()).toBe(false);
  await field.fill("after");
  await bar.waitFor();
  await page.getByRole("navigation", { name: "Admin" }).getByRole("link", { name: "Orders" }).click();
  await frameOf(page).getByRole("link", { name: "Link in the app" }).click();
  await page.goBack();
  await page.waitForURL("**/app/other");
  await frameOf(page).getByRole("heading", { name: "/app/other" }).waitFor();
  await bar.getByRole("button", { name: "Discard" }).click();
  await bar.waitFor({ state: "hidden" });
  expect(await field.inputValue()).toBe("before");
  await field.fill("after");
  await bar.getByRole("button", { name: "Save" }).click();
  await frameOf(page).getByText("discarded;saved after").waitFor();
  await bar.waitFor({ state: "hidden" });
  await field.fill("once more");
  await bar.waitFor();
  await field.fill("after");
  await bar.waitFor({ state: "hidden" });
});

test("toasts, the modal and its action work from the app", async () => {
  const page = await openApp("/app");
  await page.getByRole("button", { name: "Greet" }).click();
  await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
  await frameOf(page).getByText("undone").waitFor();
  await page.getByRole("button", { name: "Delete" }).click();
  const dialog = frameOf(page).getByRole("dialog", { name: "Delete thing" });
  await dialog.getByText("Really?").waitFor();
  await dialog.getByRole("button", { name: "Delete it" }).click();
  await frameOf(page).getByText("deleted").waitFor();
  await dialog.waitFor({ state: "hidden" });
});

test("a link to the shop's admin leaves the frame", async () => {
  const page = await openApp("/app");
  await frameOf(page).getByRole("link", { name: "Discounts" }).click();
  await page.waitForURL(`${toy.url}/admin/discounts`);
  await page.getByRole("heading", { name: "Discounts" }).waitFor();
});

test("the deep link into the theme editor adds the block, and App Bridge then reports the block", async () => {
  const page = await openApp("/app");
  const extensions = () => page.frame({ name: "app-iframe" })?.evaluate("shopify.app.extensions()");
  expect(await extensions()).toMatchObject([
    { handle: "toy-theme", type: "theme_app_extension", activations: [{ handle: "greeting", status: "available" }] },
  ]);
  await page.goto(
    `${toy.url}/admin/themes/current/editor?template=product&addAppBlockId=toy-key/greeting&target=newAppsSection`,
  );
  await page.getByText("The block is added. Save to publish it").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Theme saved.").waitFor();
  expect(toy.shop.themeBlocks).toMatchObject([{ block: "theme/greeting", template: "product" }]);
  await page.frameLocator("iframe.preview").getByText("Good day").waitFor();
  await page.goto(`${toy.url}/admin/apps/toy/app`);
  await frameOf(page).getByText("data fresh").waitFor();
  expect(await extensions()).toMatchObject([{ activations: [{ handle: "greeting", status: "active" }] }]);
});

test("on a phone the app's pages are tabs, and no page scrolls sideways", async () => {
  const page = await openApp("/app", PHONE);
  await page.getByRole("navigation", { name: "Toy" }).getByRole("link", { name: "Things" }).click();
  await page.getByRole("heading", { name: "Title /app/things" }).waitFor();
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(PHONE.width);
});
