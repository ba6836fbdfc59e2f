// Compares the store with recorded answers of the real Admin API, if the recordings are beside the project.

import path from "node:path";
import { expect, test } from "vitest";
import { comparePrices, compareReads } from "./parity/compare.ts";
import { compareDiscounts } from "./parity/discounts.ts";
import { readRecordings } from "./parity/recordings.ts";
import { createTrial } from "./trial.ts";

const ROOT = path.resolve(import.meta.dirname, "../../../shared/data/shopify/recorded-admin-api");
const FOLDERS = /\/(customers|orders|bulk-operations)$/;
/** The number of recorded reads of each folder that the store answers. It may only grow. */
const ANSWERED: Record<string, number> = {
  "2025-01/bulk-operations": 2,
  "2025-01/customers": 101,
  "2025-01/orders": 38,
  "2026-04/bulk-operations": 139,
  "2026-04/customers": 14,
  "2026-04/orders": 88,
  "2026-07/customers": 2,
};
/** Recordings that show too little of the state behind them to be reproduced. */
const UNTOLD: Record<string, string> = {
  "2025-01/customers/customer-merge-attached-resources-parity.json": "lastOrder lags behind the orders",
  "2025-01/customers/customers-sort-keys.json": "sorted by names that are not in the reply",
  "2026-04/bulk-operations/bulk-operation-cold-catalog-hydration.json": "searched by tags that are not in the reply",
  "2026-04/orders/orderUpdate-snapshot-staging.json": "metafields are not taken over into the state",
  "2026-04/orders/orderUpdate-multi-page-hydration.json":
    "the second page of lines, of which the first is not in the reply",
};

const all = readRecordings(ROOT);
const recordings = all.filter((one) => FOLDERS.test(one.folder));
const discounts = all.filter((one) => one.folder.endsWith("/discounts"));
const say = (line: string) => process.stdout.write(`parity ${line}\n`);
if (recordings.length === 0) say("did not run: no recorded replies lie beside the project");
if (discounts.length === 0)
  say("of discounts did not run: no recorded requests about discounts lie beside the project");

test("recorded reads are answered with the recorded shape", async () => {
  const trial = await createTrial();
  const { folders, unanswered, different } = compareReads(trial.store, recordings);
  await trial.close();
  for (const [folder, { all, answered, same }] of folders) {
    say(`${folder}: ${answered} answered, ${same} of the same shape, ${all} recorded`);
  }
  for (const [why, count] of [...unanswered].sort((a, b) => b[1] - a[1])) say(`not answered, ${count} times: ${why}`);
  expect(different.filter(({ file }) => UNTOLD[file] === undefined)).toEqual([]);
  for (const [folder, { answered }] of folders) expect(answered, folder).toBeGreaterThanOrEqual(ANSWERED[folder] ?? 0);
});

test("recorded requests have the recorded cost", () => {
  const { same, all } = comparePrices(recordings);
  if (all > 0) say(`requested cost: ${same} of ${all} as recorded`);
  expect(same).toBeGreaterThanOrEqual(all * 0.95);
});

test("recorded requests about discounts are answered with the recorded refusals and shapes", async () => {
  const trial = await createTrial();
  const { untold, all, answered, same, unanswered, different } = compareDiscounts(trial.store, discounts);
  await trial.close();
  if (all > 0)
    say(`discounts: ${answered} of ${all} answered, ${same} of these alike; ${untold} more cannot be repeated`);
  for (const [why, count] of unanswered) say(`discounts not answered, ${count} times: ${why}`);
  for (const { file, where } of different) say(`discounts differ in ${file}: ${where[0]}`);
  expect(answered).toBeGreaterThanOrEqual(all * 0.9);
  expect(same).toBeGreaterThanOrEqual(answered * 0.95);
});
