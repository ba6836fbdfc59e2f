// The list of archived segments, with a button to restore each.
import { useFetcher, useSearchParams } from "@remix-run/react";
import { Banner, BlockStack, Box, Button, ButtonGroup, Card, InlineStack, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { faultsOf, type Answer } from "../../ui/editing/delivery.ts";
import { formatMoment } from "../../ui/format.ts";
import { useShop } from "../../ui/shop-context.ts";
import type { Instant } from "../../instant.ts";

type Line = { id: string; name: string; query: string; archivedAt: Instant };

/** Switches between the segments in use and the archived segments. The choice is in the URL. */
export function ShownTabs({ archived }: { archived: number }) {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const showsArchived = params.get("show") === "archived";
  const show = (which: string) => setParams(which ? { show: which } : {}, { replace: true });
  return (
    <Box paddingInline={{ xs: "400", sm: "0" }} paddingBlockEnd="400">
      <ButtonGroup variant="segmented">
        <Button pressed={!showsArchived} onClick={() => show("")}>
          {t("segments.shown.in_use")}
        </Button>
        <Button pressed={showsArchived} onClick={() => show("archived")}>
          {t("segments.shown.archived", { count: archived })}
        </Button>
      </ButtonGroup>
    </Box>
  );
}

export function ArchivedList({ segments }: { segments: Line[] }) {
  return (
    <Card>
      <BlockStack gap="400">
        {segments.map((segment) => (
          <ArchivedRow key={segment.id} segment={segment} />
        ))}
      </BlockStack>
    </Card>
  );
}

function ArchivedRow({ segment: { id, name, query, archivedAt } }: { segment: Line }) {
  const { t } = useTranslation();
  const shop = useShop();
  const fetcher = useFetcher<Answer>();
  const [fault] = faultsOf(fetcher.data);
  const restore = () => fetcher.submit({ intent: "restore" }, { method: "post", action: `/app/segments/${id}` });
  return (
    <BlockStack gap="200">
      <InlineStack align="space-between" blockAlign="center" gap="200">
        <BlockStack>
          <Text as="h2" variant="headingSm" breakWord>
            {name}
          </Text>
          <Text as="p" tone="subdued" breakWord>
            {query}
          </Text>
          <Text as="p" tone="subdued">
            {t("segments.shown.since", { at: formatMoment(archivedAt, shop) })}
          </Text>
        </BlockStack>
        <Button
          loading={fetcher.state !== "idle"}
          onClick={restore}
          accessibilityLabel={t("segments.shown.restore_named", { name })}
        >
          {t("app.deleted.undo")}
        </Button>
      </InlineStack>
      {fault ? <Banner tone="critical">{t(fault.key, fault.parameters ?? {})}</Banner> : null}
    </BlockStack>
  );
}
