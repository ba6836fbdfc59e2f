import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { buildExtensions } from "./build.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "regulars-extensions-"));
  cpSync(path.join(import.meta.dirname, "theme"), path.join(folder, "theme"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const change = (file: string, edit: (text: string) => string) =>
  writeFileSync(path.join(folder, file), edit(readFileSync(path.join(folder, file), "utf8")));
/** A text that no compressor can shorten. */
const noise = (bytes: number) => randomBytes(bytes).toString("base64");

it("the theme extension passes as it is", { timeout: 30_000 }, async () => {
  const { faults, sizes } = await buildExtensions(folder);
  expect(faults).toEqual([]);
  expect(sizes.map(({ what }) => what)).toEqual(["theme: Liquid", "storefront: JavaScript, compressed"]);
});

it(
  "a tag that an app block may not have, and an object that does not exist, are reported with their place",
  { timeout: 30_000 },
  async () => {
    change("theme/blocks/offer.liquid", (text) => `{{ nosuch }}{% javascript %}{% endjavascript %}\n${text}`);
    const { faults } = await buildExtensions(folder);
    expect(faults.map((fault) => /offer\.liquid:1 (\w+)/.exec(fault)?.[1]).sort()).toEqual([
      "AppBlockValidTags",
      "UndefinedObject",
    ]);
  },
);

it("too much JavaScript or Liquid fails the build", { timeout: 30_000 }, async () => {
  change("theme/assets/offer.js", (text) => `${text}\n// ${noise(9000)}`);
  change("theme/snippets/offer-card.liquid", (text) => `${text}<p>${noise(100_000)}</p>`);
  const { faults } = await buildExtensions(folder);
  expect(
    faults.filter((fault) => fault.includes("bytes are more than")).map((fault) => fault.split(":")[1]?.trim()),
  ).toEqual(["Liquid", "JavaScript, compressed"]);
});

it(
  "the web pixel counts among the scripts of a storefront, which are at most 4 KB together",
  { timeout: 30_000 },
  async () => {
    cpSync(path.join(import.meta.dirname, "pixel"), path.join(folder, "pixel"), { recursive: true });
    const { faults, sizes } = await buildExtensions(folder);
    expect(faults).toEqual([]);
    const bytesOf = (what: string) => sizes.find((size) => size.what === what)?.bytes ?? 0;
    expect(bytesOf("pixel: bundle, compressed")).toBeLessThan(1024);
    change("pixel/src/index.ts", (text) => `${text}\nconsole.log("${noise(3000)}");`);
    expect((await buildExtensions(folder)).faults).toEqual([
      expect.stringMatching(/^storefront: JavaScript, compressed: \d+ bytes are more than 4096$/),
    ]);
  },
);

it(
  "a UI extension over 64 KB compressed fails the build, a small one is bundled to its dist",
  { timeout: 30_000 },
  async () => {
    const add = (name: string, source: string) => {
      mkdirSync(path.join(folder, name, "src"), { recursive: true });
      writeFileSync(path.join(folder, name, "src/page.js"), source);
      writeFileSync(
        path.join(folder, name, "shopify.extension.toml"),
        `[[extensions]]\ntype = "ui_extension"\n[[extensions.targeting]]\nmodule = "./src/page.js"\n`,
      );
    };
    add("small", "export default () => 1;");
    add("large", `export default () => "${noise(80_000)}";`);
    const { faults } = await buildExtensions(folder);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain("large: bundle");
    expect(readFileSync(path.join(folder, "small/dist/small.js"), "utf8")).toContain("default");
  },
);
