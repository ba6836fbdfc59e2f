// Those that come with the product keep the contract as guests do.
import { registry } from "../../app/plugins/installed.server.ts";
import { testPlugin } from "./kit/test-plugin.ts";

for (const plugin of registry.plugins) testPlugin(plugin);
