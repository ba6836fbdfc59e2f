import {
  BlockStack,
  Button,
  Card,
  Collapsible,
  DataTable,
  InlineGrid,
  InlineStack,
  Link,
  Text,
} from "@shopify/polaris";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { DayLine } from "../../ui/charts/day-line.tsx";
import { formatCount, formatMoment, formatMoney, formatPerson } from "../../ui/format.ts";
import { useShop } from "../../ui/shop-context.ts";
import type { Figures, OfferResults, UsedOrder } from "./results.ts";

/**
 * The orders that used an offer, on the offer's page. `results` null: the offer has no discount. `isFolded`: a test says what the
 * offer brought, so that the orders are shown on request.
 */
export function ResultsCard({ results, isFolded }: { results: OfferResults | null; isFolded: boolean }) {
  const { t } = useTranslation();
  const id = useId();
  const [open, setOpen] = useState(!isFolded);
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" gap="200">
          <Text as="h2" variant="headingMd">
            {t("offers.results.title")}
          </Text>
          {isFolded ? (
            <Button variant="plain" ariaExpanded={open} ariaControls={id} onClick={() => setOpen(!open)}>
              {t(open ? "offers.results.fold" : "offers.results.unfold")}
            </Button>
          ) : null}
        </InlineStack>
        <Collapsible id={id} open={open}>
          <BlockStack gap="300">
            {results && results.total.used > 0 ? (
              <Counted results={results} />
            ) : (
              <Text as="p" tone="subdued">
                {t(results ? "offers.results.none" : "offers.results.message")}
              </Text>
            )}
            {results?.lacksErased ? (
              <Text as="p" tone="subdued" variant="bodySm">
                {t("offers.results.erased")}
              </Text>
            ) : null}
          </BlockStack>
        </Collapsible>
      </BlockStack>
    </Card>
  );
}

function Counted({ results: { recent, total, days, last } }: { results: OfferResults }) {
  const { t } = useTranslation();
  const shop = useShop();
  const perDay = t("offers.results.per_day");
  return (
    <>
      <Text as="p" tone="subdued">
        {t("offers.results.said")}
      </Text>
      <InlineGrid columns={{ xs: 1, md: 2 }} gap="400">
        <BlockStack gap="200">
          <FigureTable recent={recent} total={total} />
          <LeftOut total={total} />
        </BlockStack>
        <BlockStack gap="200">
          <Text as="h3" variant="headingSm">
            {perDay}
          </Text>
          <DayLine label={perDay} points={days} show={(value) => formatCount(Number(value), shop)} />
        </BlockStack>
      </InlineGrid>
      <Text as="h3" variant="headingSm">
        {t("offers.results.last")}
      </Text>
      {last.map((order) => (
        <OrderLine key={order.id} order={order} />
      ))}
    </>
  );
}

const COUNTS = { customers: "customers", first_time: "firstTime" } as const;
const AMOUNTS = ["revenue", "discount", "refunded"] as const;

function FigureTable({ recent, total }: { recent: Figures; total: Figures }) {
  const { t } = useTranslation();
  const shop = useShop();
  const row = (name: string, show: (figures: Figures) => string) => [
    t(`offers.results.${name}`),
    show(recent),
    show(total),
  ];
  return (
    <DataTable
      columnContentTypes={["text", "numeric", "numeric"]}
      headings={["", t("offers.results.recent"), t("offers.results.total")]}
      rows={[
        row("used", ({ used }) => formatCount(used, shop)),
        ...AMOUNTS.map((name) => row(name, (figures) => formatMoney(figures[name], shop))),
        ...Object.entries(COUNTS).map(([name, of]) => row(name, (figures) => formatCount(figures[of], shop))),
      ]}
    />
  );
}

/** The orders that the amounts leave out. */
function LeftOut({ total: { uncounted, unknownDiscounts } }: { total: Figures }) {
  const { t } = useTranslation();
  const shop = useShop();
  return Object.entries({ uncounted, unknown_discounts: unknownDiscounts })
    .filter(([, count]) => count > 0)
    .map(([name, count]) => (
      <Text key={name} as="p" tone="caution" variant="bodySm">
        {t(`offers.results.${name}`, { count, shown: formatCount(count, shop), currency: shop.currency })}
      </Text>
    ));
}

function OrderLine({ order: { name, id, at, worth, discount, customer } }: { order: UsedOrder }) {
  const { t } = useTranslation();
  const shop = useShop();
  const amount = (value: string | null) => (value === null ? "–" : formatMoney(value, shop));
  return (
    <BlockStack>
      <InlineStack align="space-between" gap="200" wrap={false}>
        <Text as="span" breakWord>
          {name ?? `#${id}`} ·{" "}
          {customer ? (
            <Link url={`/app/customers/${customer.id}`}>{formatPerson(customer)}</Link>
          ) : (
            t("offers.results.no_customer")
          )}
        </Text>
        <div className="keeps-its-width">
          <Text as="span" numeric>
            {amount(worth)}
          </Text>
        </div>
      </InlineStack>
      <Text as="span" tone="subdued" variant="bodySm">
        {discount === null
          ? formatMoment(at, shop)
          : t("offers.results.order", { at: formatMoment(at, shop), off: formatMoney(discount, shop) })}
      </Text>
    </BlockStack>
  );
}
