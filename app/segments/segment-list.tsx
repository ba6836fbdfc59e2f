import { useSearchParams } from "@remix-run/react";
import {
  Badge,
  BlockStack,
  Card,
  IndexTable,
  InlineGrid,
  InlineStack,
  Link,
  Select,
  Text,
  TextField,
} from "@shopify/polaris";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Empty } from "../ui/empty.tsx";
import { formatCount, formatMoment } from "../ui/format.ts";
import { useShop } from "../ui/shop-context.ts";
import { type ListedLine, SEGMENT_SORTS, sortSegments, type Standing } from "./listing.ts";
import { TEMPLATES } from "./templates.ts";
import { TrendLine } from "./trend-line.tsx";

const COLUMNS = ["name", "members", "change", "uses", "fresh"] as const;

export function SegmentList({ segments }: { segments: ListedLine[] }) {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const search = params.get("q") ?? "";
  const sort = SEGMENT_SORTS.find((name) => name === params.get("sort")) ?? "name";
  const set = (name: string, value: string) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (value) after.set(name, value);
        else after.delete(name);
        return after;
      },
      { replace: true },
    );
  if (segments.length === 0) {
    return (
      <BlockStack gap="400">
        <Empty
          title={t("segments.empty.title")}
          text={t("segments.empty.text")}
          action={{ content: t("segments.create"), url: "/app/segments/new" }}
        />
        <Gallery />
      </BlockStack>
    );
  }
  const wanted = search.toLowerCase();
  const found = segments.filter(({ name, query }) => `${name} ${query}`.toLowerCase().includes(wanted));
  return (
    <BlockStack gap="400">
      <Card padding="0">
        <div style={{ padding: "0.75rem 1rem" }}>
          <InlineGrid columns={{ xs: 1, sm: ["twoThirds", "oneThird"] }} gap="300">
            <TextField
              label={t("segments.search")}
              labelHidden
              placeholder={t("segments.search")}
              value={search}
              onChange={(value) => set("q", value)}
              clearButton
              onClearButtonClick={() => set("q", "")}
              autoComplete="off"
            />
            <Select
              label={t("segments.sort.label")}
              labelInline
              value={sort}
              onChange={(value) => set("sort", value)}
              options={SEGMENT_SORTS.map((name) => ({ value: name, label: t(`segments.sort.${name}`) }))}
            />
          </InlineGrid>
        </div>
        <IndexTable
          itemCount={found.length}
          selectable={false}
          headings={COLUMNS.map((name) => ({ title: t(`segments.column.${name}`) })) as [{ title: string }]}
          resourceName={{ singular: t("segments.one"), plural: t("segments.many") }}
          emptyState={
            <Text as="p" alignment="center" tone="subdued">
              {t("segments.none_found")}
            </Text>
          }
        >
          {sortSegments(found, sort).map((segment, at) => (
            <Row key={segment.id} segment={segment} at={at} />
          ))}
        </IndexTable>
      </Card>
      <Gallery />
    </BlockStack>
  );
}

function Row({ segment, at }: { segment: ListedLine; at: number }) {
  const { t } = useTranslation();
  const shop = useShop();
  return (
    <IndexTable.Row id={segment.id} position={at}>
      <IndexTable.Cell>
        <BlockStack>
          <Link url={`/app/segments/${segment.id}`} dataPrimaryLink>
            {segment.name}
          </Link>
          <div style={{ maxWidth: "min(22rem, 45vw)", overflow: "hidden", textOverflow: "ellipsis" }}>
            <Text as="span" tone="subdued" variant="bodySm">
              {segment.query}
            </Text>
          </div>
        </BlockStack>
      </IndexTable.Cell>
      <IndexTable.Cell>{formatCount(segment.count, shop)}</IndexTable.Cell>
      <IndexTable.Cell>
        <TrendLine count={segment.count} trend={segment.trend} />
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Text as="span" tone="subdued">
          {usesText(t, segment.uses)}
        </Text>
      </IndexTable.Cell>
      <IndexTable.Cell>
        <StandingBadge segment={segment} />
      </IndexTable.Cell>
    </IndexTable.Row>
  );
}

export function usesText(t: TFunction, { offers, surveys }: Standing["uses"]): string {
  const parts = [
    ...(offers > 0 ? [t("segments.uses.offers", { count: offers })] : []),
    ...(surveys > 0 ? [t("segments.uses.surveys", { count: surveys })] : []),
  ];
  return parts.join(", ") || t("segments.uses.none");
}

/** How far the count can be believed. */
export function StandingBadge({ segment: { fault, evaluatedAt } }: { segment: Standing }) {
  const { t } = useTranslation();
  const shop = useShop();
  if (fault) return <Badge tone="critical">{t("segments.standing.fault")}</Badge>;
  if (!evaluatedAt) return <Badge tone="info">{t("segments.standing.counting")}</Badge>;
  return (
    <span title={t("segments.standing.evaluated", { at: formatMoment(evaluatedAt, shop) })}>
      <Badge tone="success">{t("segments.standing.fresh")}</Badge>
    </span>
  );
}

function Gallery() {
  const { t } = useTranslation();
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t("segments.template.title")}
        </Text>
        <InlineGrid columns={{ xs: 1, sm: 2, lg: 4 }} gap="300">
          {TEMPLATES.map(({ id }) => (
            <BlockStack key={id} gap="100">
              <InlineStack>
                <Link url={`/app/segments/new?template=${id}`}>{t(`segments.template.${id}.name`)}</Link>
              </InlineStack>
              <Text as="p" tone="subdued">
                {t(`segments.template.${id}.why`)}
              </Text>
            </BlockStack>
          ))}
        </InlineGrid>
      </BlockStack>
    </Card>
  );
}
