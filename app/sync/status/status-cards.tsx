import { useFetcher } from "@remix-run/react";
import {
  Badge,
  Banner,
  BlockStack,
  Button,
  Card,
  DataTable,
  InlineStack,
  ProgressBar,
  Text,
  useBreakpoints,
} from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { formatCount, formatDuration, formatMoment } from "../../ui/format.ts";
import { useShop } from "../../ui/shop-context.ts";
import { topicName } from "../../ui/topic-name.ts";
import type { BackfillStatus, TopicStatus } from "./status.server.ts";

const TONES = { done: "success", failed: "critical", reading: "info", running: "info" } as const;

export function BackfillCard({ backfills }: { backfills: BackfillStatus[] }) {
  const { t } = useTranslation();
  const shop = useShop();
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t("sync.backfill.title")}
        </Text>
        {backfills.length === 0 ? <Text as="p">{t("sync.backfill.none")}</Text> : null}
        {backfills.map(({ kind, state, objects, applied, fault }) => (
          <BlockStack key={kind} gap="100">
            <InlineStack align="space-between">
              <InlineStack gap="200">
                <Text as="h3">{t(`sync.backfill.kind.${kind}`)}</Text>
                <Badge {...(state in TONES ? { tone: TONES[state as keyof typeof TONES] } : {})}>
                  {t(`sync.backfill.state.${state}`)}
                </Badge>
              </InlineStack>
              <Text as="span" tone="subdued">
                {t("sync.backfill.progress", {
                  applied: formatCount(Number(applied), shop),
                  objects: formatCount(Number(objects), shop),
                })}
              </Text>
            </InlineStack>
            <ProgressBar
              size="small"
              progress={state === "done" && objects === "0" ? 100 : percent(applied, objects)}
            />
            {fault ? (
              <Text as="p" tone="critical">
                {t(`sync.backfill.fault.${fault}`)}
              </Text>
            ) : null}
          </BlockStack>
        ))}
        {backfills.some(({ state, fault }) => state === "failed" || fault) ? <ReadAgain /> : null}
      </BlockStack>
    </Card>
  );
}

function ReadAgain() {
  const { t } = useTranslation();
  const fetcher = useFetcher();
  return (
    <fetcher.Form method="post">
      <input type="hidden" name="history" value="again" />
      <Button submit loading={fetcher.state !== "idle"}>
        {t("sync.backfill.retry")}
      </Button>
    </fetcher.Form>
  );
}

/** A whole number, since screen readers read the number aloud. */
const percent = (applied: string, objects: string) =>
  Number(objects) ? Math.min(100, Math.floor((Number(applied) / Number(objects)) * 100)) : 0;

export function TopicsCard({ topics }: { topics: TopicStatus[] }) {
  const { t } = useTranslation();
  const { smDown } = useBreakpoints();
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t("sync.topics.title")}
        </Text>
        <Text as="p" {...(topics.length > 0 ? { tone: "subdued" as const } : {})}>
          {t(topics.length === 0 ? "sync.topics.none" : "sync.topics.counted")}
        </Text>
        {topics.length > 0 && smDown ? topics.map((row) => <TopicLine key={row.topic} row={row} />) : null}
        {topics.length > 0 && !smDown ? <TopicsTable topics={topics} /> : null}
      </BlockStack>
    </Card>
  );
}

function useTopicFigures() {
  const shop = useShop();
  return (row: TopicStatus) => ({
    received: formatCount(row.received, shop),
    waiting: formatCount(row.waiting, shop),
    late: formatCount(row.late, shop),
    poison: formatCount(row.poison, shop),
    lag: row.lagMs === null ? "–" : formatDuration(row.lagMs, shop),
    last: formatMoment(row.lastAt, shop),
  });
}

const COLUMNS = ["received", "waiting", "late", "poison", "lag", "last"] as const;

function TopicsTable({ topics }: { topics: TopicStatus[] }) {
  const { t } = useTranslation();
  const figures = useTopicFigures();
  return (
    <DataTable
      columnContentTypes={["text", "numeric", "numeric", "numeric", "numeric", "numeric", "numeric"]}
      headings={["topic", ...COLUMNS].map((column) => t(`sync.topics.${column}`))}
      rows={topics.map((row) => {
        const shown = figures(row);
        return [topicName(t, row.topic), ...COLUMNS.map((column) => shown[column])];
      })}
    />
  );
}

/** A topic's figures in one line, for phones. */
function TopicLine({ row }: { row: TopicStatus }) {
  const { t } = useTranslation();
  const shown = useTopicFigures()(row);
  return (
    <BlockStack>
      <Text as="h3" fontWeight="semibold" breakWord>
        {topicName(t, row.topic)}
      </Text>
      <Text as="p" tone="subdued">
        {t("sync.topics.line", shown)}
      </Text>
    </BlockStack>
  );
}

/** Says for how many customers the totals differ from Shopify's. */
export function GapsBanner({ gaps, more }: { gaps: number; more: boolean }) {
  const { t } = useTranslation();
  const shop = useShop();
  if (gaps === 0) return null;
  return (
    <Banner
      tone="info"
      title={t("sync.gaps.title", { count: gaps, shown: formatCount(gaps, shop) + (more ? "+" : "") })}
    >
      {t("sync.gaps.text")}
    </Banner>
  );
}
