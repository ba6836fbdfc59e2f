// Enqueues jobs of the app from the dev store's control page, in the form in which the app enqueues them.
import { PgBoss } from "pg-boss";
import type { StoreConfig } from "../dev-store/model.ts";

const OF_A_SHOP = ["sync.reconcile", "sync.backfill", "segments.refresh", "segments.revenue", "offers.publish", "experiments.look", "surveys.publish"]; // prettier-ignore
const OF_ALL = "schedule.tick";

/** Opens the queue anew for each job, because people start few jobs by hand. */
export function appJobs(connectionString: string): NonNullable<StoreConfig["appJobs"]> {
  return {
    names: [...OF_A_SHOP, OF_ALL],
    async run(name, shop) {
      const boss = new PgBoss({ connectionString, migrate: false, schedule: false, supervise: false, max: 1 });
      await boss.start();
      const key = name === OF_ALL ? name : shop;
      await boss.send(name, name === OF_ALL ? {} : { shop }, { singletonKey: key, group: { id: key } });
      await boss.stop({ graceful: true });
    },
  };
}
