import { expect, test } from "vitest";
import { openWords } from "../../ui/words.ts";
import type { Rival, Standing } from "../standing/rivals.ts";
import { standingLine } from "./offer-standing.tsx";

const { t } = openWords("en");
const shop = { domain: "tea.myshopify.com", timeZone: "UTC", currency: "GBP", locale: "en" };
const rival: Rival = { id: "1", name: "Rival", off: { percent: "10" }, count: null };
const alone: Standing = { beatenBy: [], beats: [], depends: [], behind: [], notShownFor: null };
const lineOf = (part: Partial<Standing>) => standingLine(t, { ...alone, ...part }, shop);

test("a row of the list tells of all competing offers in one short line", () => {
  expect(lineOf({})).toBe("");
  expect(lineOf({ depends: [rival] })).toBe("Competes with 1 offer");
  expect(lineOf({ depends: [rival, rival], beatenBy: [rival], beats: [rival] })).toBe("Competes with 4 offers");
  expect(lineOf({ beatenBy: [rival], notShownFor: "Rival" })).toBe("Not shown: “Rival” goes before it");
});
