import { Badge, Banner, BlockStack, Card, DataTable, InlineStack, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { formatCount, formatDay, formatMoment, formatMoney, formatShare } from "../../ui/format.ts";
import { useShop } from "../../ui/shop-context.ts";
import { Interval } from "./interval.tsx";
import type { SeenAs } from "../standing/seen-as.ts";
import { measureOf, type OfferTest, type TestFound } from "./test-of-offer.ts";
import { buyersText, measureText, verdictText } from "./verdict.ts";

const TONES = { scheduled: "info", running: "success", ended: "new" } as const;

/** What the test of an offer found, on the offer's page. */
export function TestCard({ test, seen }: { test: OfferTest; seen: SeenAs }) {
  const { t } = useTranslation();
  const shop = useShop();
  const { found, state, startsAt, endedAt } = test;
  const isKeptFromAll = state === "running" && (seen === "fault" || seen === "used_up");
  const isUneven = found?.money.verdict.key === "uneven";
  const buyers = buyersText(t, test, shop);
  const bounds = found?.money.perPerson;
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack gap="200" blockAlign="center">
          <Text as="h2" variant="headingMd">
            {t("offers.test.result")}
          </Text>
          <Badge tone={TONES[state]}>{t(`offers.test.state.${state}`)}</Badge>
        </InlineStack>
        {isKeptFromAll ? <Text as="p">{t("offers.test.kept_from_all")}</Text> : null}
        {isUneven ? (
          <Banner tone="critical">{verdictText(t, test, shop)}</Banner>
        ) : (
          <Text as="p" variant="headingLg">
            {verdictText(t, test, shop)}
          </Text>
        )}
        {bounds ? (
          <Interval {...bounds} label={t("offers.test.interval", { measure: measureText(t, found?.margin ?? null) })} />
        ) : null}
        {buyers === null ? null : <Text as="p">{buyers}</Text>}
        {found ? <Arms found={found} /> : null}
        {found ? <Notes found={found} /> : null}
        <Text as="p" tone="subdued" variant="bodySm">
          {t(`offers.test.period.${state}`, {
            from: formatMoment(startsAt, shop),
            to: endedAt ? formatMoment(endedAt, shop) : "",
          })}{" "}
          {found ? t("offers.test.as_of", { at: formatMoment(found.lookedAt, shop) }) : null}
        </Text>
      </BlockStack>
    </Card>
  );
}

function Arms({ found }: { found: TestFound }) {
  const { t } = useTranslation();
  const shop = useShop();
  const heads = ["arm", "people", "buyers", "share", "per_person"].map((name) =>
    t(`offers.test.column.${name}`, { measure: measureText(t, found.margin) }),
  );
  return (
    <DataTable
      columnContentTypes={["text", "numeric", "numeric", "numeric", "numeric"]}
      headings={heads}
      rows={found.arms.map(({ isHoldout, share, people, buyers, perPerson }) => [
        t(isHoldout ? "offers.test.arm_held" : "offers.test.arm_offer", { share: formatShare(share / 100, shop) }),
        formatCount(people, shop),
        formatCount(buyers, shop),
        people === 0 ? "–" : formatShare(buyers / people, shop),
        perPerson === null ? "–" : formatMoney(perPerson, shop),
      ])}
    />
  );
}

/** What the figures are, and what they leave out. */
function Notes({ found: { money, isFinal, finalAt, margin, uncounted } }: { found: TestFound }) {
  const { t } = useTranslation();
  const shop = useShop();
  const lines = [
    t(`offers.test.what.${measureOf(margin)}`, { margin }),
    ...(isFinal || !finalAt ? [] : [t("offers.test.so_far", { day: formatDay(finalAt, shop) })]),
    ...(money.cap && money.total
      ? [
          t("offers.test.capped", {
            ...{ cap: formatMoney(money.cap, shop), total: formatMoney(money.total.estimate, shop) },
            ...{ low: formatMoney(money.total.low, shop), high: formatMoney(money.total.high, shop) },
            uncapped: formatMoney(money.uncapped ?? "0", shop),
          }),
        ]
      : []),
    ...(uncounted > 0 ? [t("offers.test.uncounted", { count: uncounted, shown: formatCount(uncounted, shop) })] : []),
  ];
  return (
    <BlockStack gap="100">
      {lines.map((line) => (
        <Text key={line} as="p" tone="subdued" variant="bodySm">
          {line}
        </Text>
      ))}
    </BlockStack>
  );
}
