import {
  Badge,
  BlockStack,
  Box,
  Card,
  IndexTable,
  InlineStack,
  Link,
  Tabs,
  Text,
  TextField,
  useBreakpoints,
} from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { Empty } from "../../ui/lists/empty.tsx";
import { formatCount, formatMoment, formatMoney } from "../../ui/format.ts";
import { useShop, type ShopContext } from "../../ui/shop-context.ts";
import type { OfferLine } from "./offer-lines.server.ts";
import { verdictText } from "../experiment/verdict.ts";
import { StandingLine } from "./offer-standing.tsx";
import { SORTED, sortOf, sortOffers } from "./sort-offers.ts";
import { SEEN_AS, type SeenAs } from "../standing/seen-as.ts";
import { audienceText, giftText, placesText } from "../editor/draft/rule-sentence.ts";
import { useListParams } from "../../ui/lists/use-list-params.ts";

const TONES: Record<SeenAs, "success" | "info" | "attention" | "new" | "critical"> = {
  active: "success",
  scheduled: "info",
  draft: "new",
  used_up: "attention",
  paused: "attention",
  ended: "new",
  publishing: "info",
  stopping: "attention",
  published: "info",
  fault: "critical",
};

export function SeenBadge({ seen }: { seen: SeenAs }) {
  const { t } = useTranslation();
  return <Badge tone={TONES[seen]}>{t(`offers.seen.${seen}`)}</Badge>;
}

const COLUMNS = ["name", "state", "used", "revenue", "gives", "audience", "where", "when"] as const;
const isSorted = (name: (typeof COLUMNS)[number]): boolean => SORTED.some((each) => each === name);

type Heading = { title: string; alignment: "start" | "end" };

export function OfferList({ offers }: { offers: OfferLine[] }) {
  const { t } = useTranslation();
  const { smDown } = useBreakpoints();
  const [params, set] = useListParams();
  const chosen = SEEN_AS.find((name) => name === params.get("state"));
  const search = params.get("q") ?? "";
  const countOf = (seen: SeenAs) => offers.filter((one) => one.seen === seen).length;
  // One tab for each status in the list.
  const tabs = SEEN_AS.filter((seen) => countOf(seen) > 0 || seen === chosen);
  if (offers.length === 0)
    return (
      <Empty
        title={t("offers.empty.title")}
        text={t("offers.empty.text")}
        action={{ content: t("offers.create"), url: "/app/offers/new" }}
      />
    );
  const wanted = search.toLowerCase();
  const sort = sortOf(params.get("sort"));
  const shown = sortOffers(
    offers.filter((offer) => (!chosen || offer.seen === chosen) && offer.name.toLowerCase().includes(wanted)),
    sort,
  );
  return (
    <Card padding="0">
      <Tabs
        tabs={[
          { id: "all", content: t("offers.all"), badge: String(offers.length) },
          ...tabs.map((seen) => ({ id: seen, content: t(`offers.seen.${seen}`), badge: String(countOf(seen)) })),
        ]}
        selected={chosen ? tabs.indexOf(chosen) + 1 : 0}
        onSelect={(at) => set("state", tabs[at - 1] ?? "")}
      />
      <div style={{ padding: "0 1rem 0.75rem" }}>
        <TextField
          label={t("offers.search")}
          labelHidden
          placeholder={t("offers.search")}
          value={search}
          onChange={(value) => set("q", value)}
          clearButton
          onClearButtonClick={() => set("q", "")}
          autoComplete="off"
        />
      </div>
      <IndexTable
        itemCount={shown.length}
        selectable={false}
        condensed={smDown}
        headings={
          COLUMNS.map((name): Heading => ({
            title: t(`offers.column.${name}`),
            alignment: isSorted(name) ? "end" : "start",
          })) as [Heading]
        }
        sortable={COLUMNS.map(isSorted)}
        defaultSortDirection="descending"
        {...(sort && { sortColumnIndex: COLUMNS.indexOf(sort.by), sortDirection: sort.direction })}
        onSort={(at, direction) => set("sort", `${COLUMNS[at]}-${direction}`)}
        resourceName={{ singular: t("offers.one"), plural: t("offers.many") }}
        emptyState={<Text as="p">{t("offers.none_found")}</Text>}
      >
        {shown.map((offer, at) => (
          <OfferRow key={offer.id} offer={offer} at={at} stacked={smDown} />
        ))}
      </IndexTable>
    </Card>
  );
}

/** A cell begins with a capital letter. The editor uses the same words within a sentence. */
const capitalized = (text: string, { locale }: ShopContext): string =>
  text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);

function OfferRow({ offer, at, stacked }: { offer: OfferLine; at: number; stacked: boolean }) {
  const { t } = useTranslation();
  const shop = useShop();
  const { id, name, seen, content, segment, narrowing, count, placements, startsAt, endsAt, use } = offer;
  const link = (
    <Link url={`/app/offers/${id}`} dataPrimaryLink>
      {name}
    </Link>
  );
  const badge = (
    <BlockStack gap="050" inlineAlign="start">
      <SeenBadge seen={seen} />
      {offer.test ? (
        <Text as="span" tone="subdued">
          {verdictText(t, offer.test, shop, true)}
        </Text>
      ) : null}
    </BlockStack>
  );
  const used = use ? formatCount(use.used, shop) : "–";
  const revenue = use ? formatMoney(use.revenue, shop) : "–";
  const gives = (
    <BlockStack gap="050">
      <Text as="span">{offer.kind ? giftText(t, content, shop) : t("offers.fault.kind_missing")}</Text>
      <StandingLine standing={offer.standing} />
    </BlockStack>
  );
  const whom = audienceText(t, { name: segment, narrowing, count }, shop);
  // A segment's name stays as the merchant wrote it.
  const audience = segment !== null && narrowing === null ? whom : capitalized(whom, shop);
  const places = placesText(t, placements, shop);
  const when = (
    <BlockStack>
      <Text as="span">{formatMoment(startsAt, shop)}</Text>
      <Text as="span" tone="subdued">
        {endsAt ? t("offers.until", { at: formatMoment(endsAt, shop) }) : t("offers.open_end")}
      </Text>
    </BlockStack>
  );
  if (stacked)
    return (
      <IndexTable.Row id={id} position={at}>
        <Box padding="300">
          <BlockStack gap="100">
            <InlineStack align="space-between" gap="200">
              {link}
              {badge}
            </InlineStack>
            {use ? (
              <Text as="span" tone="subdued">
                {t("offers.results.line", { count: use.used, shown: used, revenue })}
              </Text>
            ) : null}
            {gives}
            <Text as="span">{audience}</Text>
            <Text as="span" tone="subdued">
              {places}
            </Text>
            {when}
          </BlockStack>
        </Box>
      </IndexTable.Row>
    );
  return (
    <IndexTable.Row id={id} position={at}>
      {[link, badge, figure(used), figure(revenue), gives, audience, places, when].map((cell, column) => (
        <IndexTable.Cell key={COLUMNS[column]}>
          <div style={{ whiteSpace: "normal" }}>{cell}</div>
        </IndexTable.Cell>
      ))}
    </IndexTable.Row>
  );
}

const figure = (text: string) => (
  <Text as="p" alignment="end" numeric>
    {text}
  </Text>
);
