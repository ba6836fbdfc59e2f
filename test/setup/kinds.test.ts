// The core names neither a kind of offer or question nor a kind's setting: it reads what the kind declares.
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { registry } from "../../app/plugins/installed.server.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
/** Content that is written with kinds of the product: the questions that a survey can begin with. */
const CONTENT = new Set(["app/surveys/editor/templates.ts"]);

const kinds = { ...registry.offerKinds, ...registry.questionKinds };
const ownFolders = registry.plugins
  .filter(({ offerKinds, questionKinds }) => offerKinds || questionKinds)
  .map(({ name }) => `app/plugins/${name}/`);
const oneOf = (names: string[]) => `(?:${[...new Set(names)].join("|")})`;
const kindName = oneOf(Object.keys(kinds));
const settingName = oneOf(Object.values(kinds).flatMap(({ settings }) => Object.keys(settings)));

const NAMED = new RegExp(
  [
    `settings\\??\\.${settingName}\\b`,
    `settings\\[["']${settingName}["']\\]`,
    `settings'? *->>? *'${settingName}'`,
    `settings - '${settingName}'`,
    `["']settings\\.${settingName}["']`,
    `\\bkind(?::| [!=]==) ["']${kindName}["']`,
    `'?kind'? (?:=|<>) '${kindName}'`,
  ].join("|"),
  "g",
);

const sources = fs
  .readdirSync(path.join(ROOT, "app"), { recursive: true, encoding: "utf8" })
  .map((file) => path.posix.join("app", file.replaceAll(path.sep, "/")))
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
  .filter((file) => !CONTENT.has(file) && !ownFolders.some((folder) => file.startsWith(folder)));

const named = (text: string) => text.match(NAMED) ?? [];

test("no file of the core names a kind or a kind's setting: declare in the kind what the core must know", () => {
  expect(sources.length).toBeGreaterThan(300);
  const found = sources.flatMap((file) =>
    named(fs.readFileSync(path.join(ROOT, file), "utf8")).map((words) => `${file}: ${words}`),
  );
  expect(found).toEqual([]);
});

test.each([
  `draft.settings["how"]`,
  `question.settings.choices.join()`,
  `draft.kind !== "message"`,
  `q ->> 'kind' = 'scale'`,
  `lower(settings ->> 'code')`,
  `faults["settings.code"] = fault`,
])("%s would be found", (text) => {
  expect(named(text)).toHaveLength(1);
});
