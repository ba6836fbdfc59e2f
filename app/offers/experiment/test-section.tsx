// The editor's section on the test: the share of the customers who do not get the offer, and what such a test can show.
import { useFetcher } from "@remix-run/react";
import { Banner, BlockStack, Card, InlineGrid, Select, Text, TextField } from "@shopify/polaris";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFaultText } from "../../ui/editing/fault-text.ts";
import { formatCount, formatMoment, formatMoney, formatShare } from "../../ui/format.ts";
import { useShop } from "../../ui/shop-context.ts";
import type { SectionProps } from "../editor/offer-audience-fields.tsx";
import type { readSizes, TestSizes } from "./read-sizes.server.ts";
import { NO_TEST, segmentToMeasure, type OfferTest } from "./test-of-offer.ts";

const OWN = "own";
const SHARES = ["10", "50"];

type Props = SectionProps & {
  /** The offer is limited to a segment, by the merchant or by its kind. */
  limited: boolean;
  test: OfferTest | null;
};

export function TestSection({ view, draft, faults, change, limited, test }: Props) {
  const { t } = useTranslation();
  const faultText = useFaultText(faults);
  const [own, setOwn] = useState(![NO_TEST, ...SHARES].includes(draft.holdout));
  const { holdout } = draft;
  const choose = (value: string) => {
    setOwn(value === OWN);
    change({ holdout: value === OWN ? "20" : value });
  };
  const fault = faultText("holdout");
  const measured = segmentToMeasure(view, draft);
  // The orders of a running test are no longer what the customers do without it.
  const isUnderWay = test?.state === "running" && !isChanged(view, draft);
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t("offers.test.title")}
        </Text>
        <Text as="p" tone="subdued">
          {t(limited ? "offers.test.about" : "offers.test.everyone")}
        </Text>
        {limited || holdout !== NO_TEST ? (
          <InlineGrid columns={{ xs: 1, sm: 2 }} gap="300">
            <Select
              label={t("offers.test.share")}
              options={[
                { value: NO_TEST, label: t("offers.test.share_none") },
                ...SHARES.map((value) => ({ value, label: `${value}%` })),
                { value: OWN, label: t("offers.test.share_own") },
              ]}
              value={own ? OWN : holdout}
              onChange={choose}
              error={own ? undefined : fault}
            />
            {own ? (
              <TextField
                label={t("offers.test.own")}
                type="number"
                min={1}
                max={90}
                suffix="%"
                value={holdout}
                onChange={(value) => change({ holdout: value })}
                error={fault}
                autoComplete="off"
              />
            ) : null}
          </InlineGrid>
        ) : null}
        <Course view={view} draft={draft} test={test} />
        {measured !== null && !isUnderWay ? <Sizes segment={measured} holdout={holdout} /> : null}
      </BlockStack>
    </Card>
  );
}

/** What runs now, and what saving changes about it. A test that has not begun yet loses nothing by a change. */
function Course({ view, draft, test }: Pick<Props, "view" | "draft" | "test">) {
  const { t } = useTranslation();
  const shop = useShop();
  if (test?.state !== "running")
    return draft.holdout === NO_TEST ? null : <Text as="p">{t(`offers.test.begins.${beginningOf(view, draft)}`)}</Text>;
  const ends = draft.holdout === NO_TEST;
  if (isChanged(view, draft))
    return <Banner tone="warning">{t(ends ? "offers.test.ends" : "offers.test.restarts")}</Banner>;
  return <Text as="p">{t("offers.test.running", { at: formatMoment(test.startsAt, shop) })}</Text>;
}

function beginningOf({ state, now }: Props["view"], draft: Props["draft"]) {
  if (draft.starts > now) return "later";
  if (state === "draft") return "published";
  return state === "paused" ? "resumed" : "saved";
}

/** Whether saving the draft ends the running test. */
function isChanged({ draft: saved, now }: Props["view"], draft: Props["draft"]): boolean {
  const isStartMoved = draft.starts !== saved.starts && draft.starts > now;
  return draft.holdout !== saved.holdout || draft.segment !== saved.segment || isStartMoved;
}

const DELAY_MS = 300;

function Sizes({ segment, holdout }: { segment: string; holdout: string }) {
  const { t } = useTranslation();
  const { load, data } = useFetcher<typeof readSizes>();
  const query = new URLSearchParams({ segment, holdout }).toString();
  useEffect(() => {
    const timer = setTimeout(() => load(`/app/offers/sizes?${query}`), DELAY_MS);
    return () => clearTimeout(timer);
  }, [load, query]);
  if (data === undefined) return null;
  if (data === null) return <Text as="p">{t("offers.test.sizes.unknown")}</Text>;
  return <SizesSaid sizes={data} isHalf={holdout === "50"} />;
}

/** Conversion and money apart: buyers are seen sooner than amounts. */
function SizesSaid({ sizes, isHalf }: { sizes: TestSizes; isHalf: boolean }) {
  const { t } = useTranslation();
  const shop = useShop();
  const { people, share, mean, asked, half } = sizes;
  const measure = t(`offers.test.measure.${sizes.measure}`);
  const shares = (lift: number | null) => (lift === null ? null : formatShare(Math.min(1, share * (1 + lift)), shop));
  const raised = shares(asked.smallestLift);
  const count = (value: number) => formatCount(value, shop);
  const isEnough = { conversion: people >= asked.peopleToOpen.conversion, money: people >= asked.peopleToOpen.money };
  const base = formatShare(share, shop);
  const lines = [
    t("offers.test.sizes.base", { count: people, shown: count(people), base, mean: formatMoney(mean, shop) }),
    isEnough.conversion && raised !== null
      ? t("offers.test.sizes.conversion", { base, raised })
      : t("offers.test.sizes.conversion_few", { needed: count(asked.peopleToOpen.conversion) }),
    isEnough.money
      ? t("offers.test.sizes.money", { measure, difference: formatMoney(asked.smallestDifference, shop) })
      : t("offers.test.sizes.money_few", { measure, needed: count(asked.peopleToOpen.money) }),
    ...(isHalf ? [] : [t("offers.test.sizes.half", { difference: formatMoney(half.smallestDifference, shop) })]),
  ];
  return (
    <BlockStack gap="100">
      <Text as="h3" variant="headingSm">
        {t("offers.test.sizes.title")}
      </Text>
      {lines.map((line) => (
        <Text key={line} as="p">
          {line}
        </Text>
      ))}
    </BlockStack>
  );
}
