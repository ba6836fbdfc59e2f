import { useFetcher } from "@remix-run/react";
import { Badge, BlockStack, Card, InlineStack, Link, SkeletonBodyText, Text } from "@shopify/polaris";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { formatCount, formatMoney, formatPerson, formatShare } from "../../ui/format.ts";
import { useShop } from "../../ui/shop-context.ts";
import type { Fault } from "../query/fault.ts";
import { warningsIn } from "../query/warnings.ts";
import type { Face } from "./query-faces.tsx";
import type { Preview } from "../preview.server.ts";

const DELAY_MS = 350;

/** The customers whom the query matches, counted again DELAY_MS after the last change to the query. */
export function PreviewPanel({ query, face }: { query: string; face: Face }) {
  const { t } = useTranslation();
  const { data, load, state } = useFetcher<Preview | null>();
  useEffect(() => {
    if (query.trim() === "") return;
    const timer = setTimeout(() => load(`/app/segments/preview?${new URLSearchParams({ query })}`), DELAY_MS);
    return () => clearTimeout(timer);
  }, [query, load]);
  const blank = query.trim() === "";
  // A new row of the builder has an empty value, which no customer has.
  const isFinished = face === "text" || !warningsIn(query).some(({ code }) => code === "empty");
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between">
          <Text as="h2" variant="headingMd">
            {t("segments.preview.title")}
          </Text>
          {state === "idle" ? null : <Badge>{t("segments.preview.counting")}</Badge>}
        </InlineStack>
        {face === "text" ? <Warnings query={query} /> : null}
        <div aria-live="polite">
          {blank ? (
            <Text as="p">{t(`segments.preview.blank.${face}`)}</Text>
          ) : (
            <Outcome preview={data} face={face} isFinished={isFinished} />
          )}
        </div>
      </BlockStack>
    </Card>
  );
}

type OutcomeProps = { preview: Preview | null | undefined; face: Face; isFinished: boolean };

function Outcome({ preview, face, isFinished }: OutcomeProps) {
  const { t } = useTranslation();
  const shop = useShop();
  if (preview === null) return <Text as="p">{t("segments.preview.unreached")}</Text>;
  if (!preview) return <SkeletonBodyText lines={4} />;
  if (!isFinished) return <Text as="p">{t("segments.preview.unfinished")}</Text>;
  // The builder has no lines and columns, and each of its rows shows its own error.
  if (!preview.ok && preview.faults.length > 0 && face === "builder")
    return <Text as="p">{t("segments.preview.unfinished")}</Text>;
  if (!preview.ok) {
    const trouble = preview.failed ? "failed" : preview.slow ? "slow" : "faulty";
    return (
      <BlockStack gap="100">
        <Text as="p">{t(`segments.preview.${trouble}`)}</Text>
        {inOrder(preview.faults).map((fault) => (
          <Text as="p" tone="critical" key={`${fault.start} ${fault.code}`}>
            {t("segments.preview.at", { line: fault.line, column: fault.column + 1 })}{" "}
            {t(`segments.fault.${fault.code}`, fault.parameters)}
          </Text>
        ))}
      </BlockStack>
    );
  }
  const { count, share, revenue, sample, unknown } = preview;
  return (
    <BlockStack gap="300">
      {unknown.map(({ label, value, meant }) => (
        <Text as="p" tone="caution" breakWord key={`${label} ${value}`}>
          {t("segments.warning.unknown", { label: t(label), value })}{" "}
          {meant === null ? t("segments.warning.choose") : t("segments.warning.meant", { meant })}
        </Text>
      ))}
      <BlockStack>
        <Text as="p" variant="heading2xl">
          {formatCount(count, shop)}
        </Text>
        <Text as="p" tone="subdued">
          {t("segments.preview.share", { count, share: formatShare(share, shop) })}
        </Text>
      </BlockStack>
      <BlockStack>
        <Text as="p" variant="headingLg">
          {formatMoney(revenue.amount, shop)}
        </Text>
        <Text as="p" tone="subdued">
          {t("segments.preview.revenue", { share: formatShare(revenue.share, shop) })}
        </Text>
      </BlockStack>
      {sample.length > 0 ? (
        <Text as="h3">
          {t(`segments.preview.${sample.length < count ? "sample" : "everyone"}`, { count: sample.length })}
        </Text>
      ) : null}
      <BlockStack gap="150">
        {sample.map((person) => (
          <InlineStack key={person.id} align="space-between" gap="200" wrap={false}>
            <Link url={`/app/customers/${person.id}`}>{formatPerson(person)}</Link>
            <div className="keeps-its-width">
              <Text as="span" tone="subdued">
                {t("segments.preview.bought", {
                  count: person.orders,
                  orders: formatCount(person.orders, shop),
                  spent: formatMoney(person.spent, shop),
                })}
              </Text>
            </div>
          </InlineStack>
        ))}
      </BlockStack>
    </BlockStack>
  );
}

/** Sorts the faults by their place in the query. The checker returns them in Shopify's order. */
const inOrder = (faults: Fault[]): Fault[] => faults.toSorted((one, other) => one.start - other.start);

/** Warnings about a valid query that is probably a mistake. In the builder each row shows its own. */
function Warnings({ query }: { query: string }) {
  const { t } = useTranslation();
  return warningsIn(query).map((warning) => (
    <Text as="p" tone="caution" breakWord key={warning.start}>
      {t(`segments.warning.${warning.code}`, warning.parameters)}
    </Text>
  ));
}
