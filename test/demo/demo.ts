// npm run demo                      a lively store and the app in it, until Ctrl-C
// npm run demo -- --once            the whole story, a line per step; exits non-zero at the first that did not happen
//              --sabotage NAME      with something broken from outside     --customers N   in a smaller store
import path from "node:path";
import { parseArgs } from "node:util";
import { buildIfStale } from "../setup/build-if-stale.ts";
import { playOnce } from "./once.ts";
import { stayUp } from "./stay-up.ts";

const { values } = parseArgs({
  options: {
    once: { type: "boolean", default: false },
    sabotage: { type: "string" },
    customers: { type: "string", default: "2000" },
    "no-build": { type: "boolean", default: false },
  },
});

process.chdir(path.resolve(import.meta.dirname, "../.."));
if (!values["no-build"]) buildIfStale();
if (values.once || values.sabotage !== undefined) {
  const { sabotage } = values;
  process.exit(
    await playOnce({ customers: Number(values.customers), ...(sabotage === undefined ? {} : { sabotage }) }),
  );
} else {
  await stayUp(Number(values.customers));
}
