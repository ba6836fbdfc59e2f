// The app's web pixel in a shop, by the Admin API.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { changeScopes, uninstallApp } from "../commands/app.ts";
import { SCOPES, startAsking, type Asking } from "./ask.ts";

let asking: Asking;
const folder = mkdtempSync(path.join(tmpdir(), "pixel-"));
afterEach(async () => {
  await asking.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(toml: string | null): Promise<void> {
  asking = await startAsking();
  asking.store.config.projectDir = folder;
  mkdirSync(path.join(folder, "extensions/pixel"), { recursive: true });
  if (toml !== null) writeFileSync(path.join(folder, "extensions/pixel/shopify.extension.toml"), toml);
  changeScopes(asking.store, asking.shop, [...SCOPES, "write_pixels", "read_customer_events"]);
}
const TOML = `type = "web_pixel_extension"\nname = "Toy"\n[settings]\ntype = "object"\n[settings.fields.account]\nname = "Account"\n`;

const create = (settings: unknown) =>
  asking.read(
    "mutation ($settings: JSON!) { webPixelCreate(webPixel: { settings: $settings }) { webPixel { id settings } userErrors { code field } } }",
    "webPixelCreate",
    { settings },
  );
const update = (id: string, settings: unknown) =>
  asking.read(
    "mutation ($id: ID!, $settings: JSON!) { webPixelUpdate(id: $id, webPixel: { settings: $settings }) { webPixel { settings } userErrors { code } } }",
    "webPixelUpdate",
    { id, settings },
  );
const refusedWith = (code: string, field: string[] | null = ["settings"]) => ({
  webPixel: null,
  userErrors: [{ code, field }],
});

test("an app creates its pixel once, with the settings that its extension declares, and reads, changes and deletes it", async () => {
  await start(TOML);
  expect((await asking.ask("{ webPixel { id } }")).errors).toMatchObject([
    { message: "No web pixel was found for this app." },
  ]);
  for (const wrong of ["not json", "[]"])
    expect(await create(wrong)).toEqual(
      refusedWith(wrong === "[]" ? "INVALID_SETTINGS" : "INVALID_CONFIGURATION_JSON"),
    );
  for (const wrong of [{}, { account: 7 }, { account: "" }, { account: "a", more: "b" }])
    expect(await create(JSON.stringify(wrong))).toEqual(refusedWith("INVALID_SETTINGS"));
  expect(await create('{"account":"a"}')).toMatchObject({ webPixel: { settings: { account: "a" } }, userErrors: [] });
  expect(await create('{"account":"b"}')).toEqual(refusedWith("TAKEN", null));
  const id = String(await asking.read("{ webPixel { id } }", "webPixel.id"));
  expect(await update(id, { account: "c" })).toEqual({ webPixel: { settings: { account: "c" } }, userErrors: [] });
  expect(await update("gid://shopify/WebPixel/1", { account: "d" })).toMatchObject({
    userErrors: [{ code: "NOT_FOUND" }],
  });
  const deletion = `mutation { webPixelDelete(id: "${id}") { deletedWebPixelId userErrors { code } } }`;
  expect(await asking.read(deletion, "webPixelDelete")).toEqual({ deletedWebPixelId: id, userErrors: [] });
  expect(await asking.read(deletion, "webPixelDelete.userErrors")).toEqual([{ code: "NOT_FOUND" }]);
});

test("without both scopes or without an extension there is no pixel, and an uninstall takes the pixel", async () => {
  await start(TOML);
  changeScopes(asking.store, asking.shop, [...SCOPES, "write_pixels"]);
  const mutation = `mutation { webPixelCreate(webPixel: { settings: "{\\"account\\":\\"a\\"}" }) { userErrors { code } } }`;
  expect((await asking.ask(mutation)).errors).toMatchObject([{ extensions: { code: "ACCESS_DENIED" } }]);
  changeScopes(asking.store, asking.shop, [...SCOPES, "write_pixels", "read_customer_events"]);
  expect(await asking.read(mutation, "webPixelCreate.userErrors")).toEqual([]);
  uninstallApp(asking.store, asking.shop);
  expect(asking.shop.webPixel).toBeUndefined();
  await asking.close();
  rmSync(folder, { recursive: true, force: true });
  await start(null);
  expect(await create('{"account":"a"}')).toEqual(refusedWith("NO_EXTENSION", null));
});
