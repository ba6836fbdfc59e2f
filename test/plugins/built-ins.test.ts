// The built-in plugins obey the contract as guest plugins do.
import { expect, test } from "vitest";
import { CONTRIBUTION_LIST } from "../../app/plugins/contract/contributions.server.ts";
import { registry } from "../../app/plugins/installed.server.ts";
import { openWords } from "../../app/ui/words.ts";
import { testPlugin } from "./kit/test-plugin.ts";

for (const plugin of registry.plugins) testPlugin(plugin);

test("the plugins page has a text for every kind of contribution", () => {
  const { t } = openWords("en");
  const said = CONTRIBUTION_LIST.map(([kind]) => t(`plugins.adds.${kind}`, { count: 1 }));
  expect(said.filter((text) => text.startsWith("plugins."))).toEqual([]);
});
