import type { Shop } from "../../../shop.server.ts";
import { workContextOf } from "../../running/given/context.server.ts";
import { isEverDue } from "../../running/jobs/cron.ts";
import type { Job, WorkContext } from "../../plugin.ts";
import { type Contribution, functionFaults, nameFaults } from "./contribution.ts";

/** `cron`: null for `onInstalled` and `onHistory`, which have no schedule. */
export type BoundJob = { cron: string | null; run(own: Shop): Promise<void> };

const LIMIT_MS = 300_000;

export const jobs: Contribution<Job, BoundJob> = {
  limitMs: LIMIT_MS,
  faults: (name, job) => [
    ...nameFaults("the job", name),
    ...functionFaults(`the job ${name}`, job, ["run"]),
    ...cronFaults(name, job.cron),
  ],
  labels: (name, { label }) => (label === undefined ? [] : [{ what: `the label of the job ${name}`, key: label }]),
  bind: (job, { plugin, settings }) => ({
    cron: job.cron,
    run: (own) => job.run(workContextOf(own, plugin, settings)),
  }),
};

/** `onInstalled` and `onHistory`, which run as jobs after an installation and after an import. */
export const occasion: Contribution<(context: WorkContext) => Promise<void>, BoundJob> = {
  isFunction: true,
  limitMs: LIMIT_MS,
  faults: (name, work) =>
    typeof work === "function" ? [] : [`its ${name} must be a function. Write one, or leave it out.`],
  labels: () => [],
  bind: (work, { plugin, settings }) => ({ cron: null, run: (own) => work(workContextOf(own, plugin, settings)) }),
};

function cronFaults(name: string, cron: string): string[] {
  try {
    if (isEverDue(cron)) return [];
    return [`the job ${name} has the cron line "${cron}", and this day never comes. Choose another day.`];
  } catch {
    return [
      `the job ${name} has a cron line that cannot be read: "${cron}". Write five fields of numbers, such as "0 3 * * *".`,
    ];
  }
}
