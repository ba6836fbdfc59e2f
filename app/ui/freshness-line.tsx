import { Badge, Box, InlineStack, Link, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { formatCount, formatMoment } from "./format.ts";
import { useShop } from "./shop-context.ts";

type Freshness = {
  asOf: string | Date;
  waiting: number;
  poison: number;
  gaps: number;
  moreGaps: boolean;
  history: string;
};

const TONES = { complete: "success", gaps: "warning", reading: "info" } as const;

function stateOf({ history, poison, gaps }: Freshness): keyof typeof TONES {
  if (history === "reading") return "reading";
  return history === "failed" || poison > 0 || gaps > 0 ? "gaps" : "complete";
}

/** "Complete as of 12:03, 0 gaps": whether the figures below can be believed. */
export function FreshnessLine({ freshness, linked = true }: { freshness: Freshness; linked?: boolean }) {
  const { t } = useTranslation();
  const shop = useShop();
  const state = stateOf(freshness);
  const { waiting, gaps, moreGaps, poison } = freshness;
  const notes = Object.entries({ waiting, gaps, poison })
    .filter(([name, count]) => count > 0 || name === "gaps")
    .map(([name, count]) => {
      const shown = formatCount(count, shop) + (name === "gaps" && moreGaps ? "+" : "");
      return t(`sync.summary.${name}`, { count, shown });
    });
  return (
    <Box paddingInline={{ xs: "400", sm: "0" }}>
      <InlineStack gap="200" blockAlign="center">
        <Badge tone={TONES[state]}>{t(`sync.state.${state}`)}</Badge>
        {state === "reading" ? null : <Text as="p">{t("sync.as_of", { at: formatMoment(freshness.asOf, shop) })}</Text>}
        <Text as="p" tone="subdued">
          {notes.join(", ")}
        </Text>
        {linked ? <Link url="/app/sync">{t("sync.details")}</Link> : null}
      </InlineStack>
    </Box>
  );
}
