import {
  BlockStack,
  Card,
  IndexTable,
  InlineGrid,
  InlineStack,
  Link,
  Select,
  Text,
  TextField,
  useBreakpoints,
} from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { Empty } from "../../ui/lists/empty.tsx";
import { type ListedLine, SEGMENT_SORTS, sortSegments } from "./listing.ts";
import { SegmentRow } from "./segment-row.tsx";
import { TEMPLATES } from "../templates.ts";
import { useListParams } from "../../ui/lists/use-list-params.ts";

const COLUMNS = ["name", "members", "revenue", "change", "uses", "fresh"] as const;

export function SegmentList({ segments }: { segments: ListedLine[] }) {
  const { t } = useTranslation();
  const [params, set] = useListParams();
  const { smDown } = useBreakpoints();
  const search = params.get("q") ?? "";
  const sort = SEGMENT_SORTS.find((name) => name === params.get("sort")) ?? "name";
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
          condensed={smDown}
          headings={COLUMNS.map((name) => ({ title: t(`segments.column.${name}`) })) as [{ title: string }]}
          resourceName={{ singular: t("segments.one"), plural: t("segments.many") }}
          emptyState={
            <Text as="p" alignment="center" tone="subdued">
              {t("segments.none_found")}
            </Text>
          }
        >
          {sortSegments(found, sort).map((segment, at) => (
            <SegmentRow key={segment.id} segment={segment} at={at} stacked={smDown} />
          ))}
        </IndexTable>
      </Card>
      <Gallery />
    </BlockStack>
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
