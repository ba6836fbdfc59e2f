import { BlockStack, Button, Card, InlineStack, List, Text } from "@shopify/polaris";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { useAct } from "../editing/act.ts";
import { formatDuration, formatMoment } from "../format.ts";
import { useShop, type ShopContext } from "../shop-context.ts";
import type { Instant } from "../../instant.ts";

type Job = {
  name: string;
  label: string | null;
  /** Null: the job neither waits nor runs. */
  now: "waiting" | "running" | null;
  last: { at: Instant; ms: number; ok: boolean } | null;
  next: Instant | null;
};
type Access = { direction: string; what: string; calls: number; failed: number; rows: string; bytes: string };
export type PluginWorkProps = { jobs: Job[]; access: Access[] };

/** A job is waiting or running: the page that shows the jobs reads again. */
export const isAtWork = ({ jobs }: PluginWorkProps): boolean => jobs.some(({ now }) => now !== null);

/** A plugin's jobs with their last and next runs, and what the plugin wrote, requested and sent. */
export function PluginWork({ jobs, access, enabled }: PluginWorkProps & { enabled: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      {jobs.length > 0 ? <Jobs jobs={jobs} enabled={enabled} /> : null}
      {access.length > 0 ? (
        <Card>
          <BlockStack gap="200">
            <Text as="h2" variant="headingMd">
              {t("plugins.access.title")}
            </Text>
            <List>
              {access.map((row) => (
                <List.Item key={`${row.direction} ${row.what}`}>{accessText(t, row)}</List.Item>
              ))}
            </List>
          </BlockStack>
        </Card>
      ) : null}
    </>
  );
}

function Jobs({ jobs, enabled }: { jobs: Job[]; enabled: boolean }) {
  const { t } = useTranslation();
  const shop = useShop();
  const { act, busy } = useAct({ run: "plugins.work.asked" });
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t("plugins.work.title")}
        </Text>
        {jobs.map((job) => {
          const name = job.label === null ? job.name : t(job.label);
          return (
            <InlineStack key={job.name} align="space-between" blockAlign="center" gap="200">
              <BlockStack>
                <Text as="p" fontWeight="semibold">
                  {name}
                </Text>
                {job.now ? <Text as="p">{t(`plugins.work.${job.now}`)}</Text> : null}
                <Text as="p" tone={job.last?.ok === false ? "critical" : "subdued"}>
                  {lastText(t, job.last, shop)}
                </Text>
                {job.next ? (
                  <Text as="p" tone="subdued">
                    {t("plugins.work.next", { at: formatMoment(job.next, shop) })}
                  </Text>
                ) : null}
              </BlockStack>
              <Button
                disabled={!enabled || busy || job.now === "waiting"}
                accessibilityLabel={t("plugins.work.run_named", { name })}
                onClick={() => act("run", { job: job.name })}
              >
                {t("plugins.work.run")}
              </Button>
            </InlineStack>
          );
        })}
      </BlockStack>
    </Card>
  );
}

function lastText(t: TFunction, last: Job["last"], shop: ShopContext): string {
  if (!last) return t("plugins.work.never");
  const at = formatMoment(last.at, shop);
  if (!last.ok) return t("plugins.work.failed", { at });
  return t("plugins.work.last", { at, took: formatDuration(last.ms, shop) });
}

function accessText(t: TFunction, { direction, what, calls, failed, rows, bytes }: Access): string {
  const count = direction === "wrote" ? Number(rows) : calls;
  const line = t(`plugins.access.${direction}`, { count, what, bytes: Number(bytes) });
  return failed > 0 ? t("plugins.access.failed", { line, count: failed }) : line;
}
