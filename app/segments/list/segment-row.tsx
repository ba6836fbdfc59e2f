import { Badge, BlockStack, Box, IndexTable, Link, Text } from "@shopify/polaris";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { formatCount, formatLately, formatMoment, formatMoney, formatShare } from "../../ui/format.ts";
import { useShop } from "../../ui/shop-context.ts";
import type { ListedLine, Standing } from "./listing.ts";
import { TrendLine } from "./trend-line.tsx";

/** A row of the segment list. `stacked`: the values stand one below the other, for phones. */
export function SegmentRow({ segment, at, stacked }: { segment: ListedLine; at: number; stacked: boolean }) {
  const { t } = useTranslation();
  const shop = useShop();
  const share = segment.revenue ? formatShare(segment.revenue.share, shop) : "–";
  const amount = segment.revenue ? formatMoney(segment.revenue.amount, shop) : "–";
  const asOf = segment.revenue
    ? t("segments.revenue_as_of", { at: formatLately(segment.revenue.asOf, shop) })
    : t("segments.revenue_counting");
  const named = (
    <BlockStack>
      <Link url={`/app/segments/${segment.id}`} dataPrimaryLink>
        {segment.name}
      </Link>
      <div
        translate="no"
        style={{ maxWidth: stacked ? "80vw" : "min(20rem, 45vw)", overflow: "hidden", textOverflow: "ellipsis" }}
      >
        <Text as="span" tone="subdued" variant="bodySm">
          {segment.query}
        </Text>
      </div>
    </BlockStack>
  );
  if (stacked) {
    return (
      <IndexTable.Row id={segment.id} position={at}>
        <Box padding="300">
          <BlockStack gap="200">
            {named}
            <Text as="span">
              {t("segments.line", { count: segment.count, members: formatCount(segment.count, shop), share, amount })}
            </Text>
            <Quiet text={asOf} />
            <TrendLine count={segment.count} growth={segment.growth} inWords />
            <Quiet text={usesText(t, segment.uses)} />
            <Freshness segment={segment} />
          </BlockStack>
        </Box>
      </IndexTable.Row>
    );
  }
  return (
    <IndexTable.Row id={segment.id} position={at}>
      <IndexTable.Cell>{named}</IndexTable.Cell>
      <IndexTable.Cell>{formatCount(segment.count, shop)}</IndexTable.Cell>
      <IndexTable.Cell>
        <BlockStack>
          <Text as="span">{share}</Text>
          <Quiet text={amount} />
          <Quiet text={asOf} />
        </BlockStack>
      </IndexTable.Cell>
      <IndexTable.Cell>
        <TrendLine count={segment.count} growth={segment.growth} />
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Quiet text={usesText(t, segment.uses)} />
      </IndexTable.Cell>
      <IndexTable.Cell>
        <Freshness segment={segment} />
      </IndexTable.Cell>
    </IndexTable.Row>
  );
}

function Freshness({ segment }: { segment: ListedLine }) {
  const { t } = useTranslation();
  const shop = useShop();
  return (
    <BlockStack gap="100" inlineAlign="start">
      <StandingBadge segment={segment} />
      {segment.countedAt ? (
        <Quiet text={t("segments.standing.counted", { at: formatLately(segment.countedAt, shop) })} />
      ) : null}
    </BlockStack>
  );
}

function Quiet({ text }: { text: string }) {
  return (
    <Text as="span" tone="subdued" variant="bodySm">
      {text}
    </Text>
  );
}

export function usesText(t: TFunction, { offers, surveys }: Standing["uses"]): string {
  const parts = [
    ...(offers > 0 ? [t("segments.uses.offers", { count: offers })] : []),
    ...(surveys > 0 ? [t("segments.uses.surveys", { count: surveys })] : []),
  ];
  return parts.join(", ") || t("segments.uses.none");
}

/** Says whether the member count is up to date. */
export function StandingBadge({ segment: { fault, evaluatedAt, isLate } }: { segment: Standing }) {
  const { t } = useTranslation();
  const shop = useShop();
  if (fault) return <Badge tone="critical">{t("segments.standing.fault")}</Badge>;
  if (!evaluatedAt) return <Badge tone="info">{t("segments.standing.counting")}</Badge>;
  if (isLate) return <Badge tone="attention">{t("segments.standing.late")}</Badge>;
  return (
    <span title={t("segments.standing.evaluated", { at: formatMoment(evaluatedAt, shop) })}>
      <Badge tone="success">{t("segments.standing.fresh")}</Badge>
    </span>
  );
}
