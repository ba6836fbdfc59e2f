import { Badge, BlockStack, Box, InlineStack, Link, Text } from "@shopify/polaris";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { formatCount, formatMoment } from "./format.ts";
import { useShop, type ShopContext } from "./shop-context.ts";
import type { Instant } from "../instant.ts";

type Freshness = {
  asOf: Instant;
  waiting: number;
  isBehind: boolean;
  poison: number;
  gaps: number;
  moreGaps: boolean;
  history: string;
};
type Comparison = { state: string; at: Instant | null; found: { missing: number; changed: number } };

const TONES = { all_in: "success", behind: "warning", attention: "warning", reading: "info" } as const;

/** The state of the history and of the received webhooks. Only the comparison shows whether a webhook was lost. */
function stateOf({ history, poison, gaps, isBehind }: Freshness): keyof typeof TONES {
  if (history === "reading") return "reading";
  if (history === "failed" || poison > 0 || gaps > 0) return "attention";
  return isBehind ? "behind" : "all_in";
}

/** Updates are still being applied: the page that shows the line reads again. */
export const isCatchingUp = ({ history, waiting }: Freshness): boolean => history === "reading" || waiting > 0;

/** The result of the last comparison, with its date. */
export function comparisonText(t: TFunction, { at, found }: Comparison, shop: ShopContext): string {
  if (at === null) return t("sync.compared.never");
  const words = { at: formatMoment(at, shop), count: found.missing, shown: formatCount(found.missing, shop) };
  const text = t(found.missing > 0 ? "sync.compared.missing" : "sync.compared.nothing_missing", words);
  const older = { count: found.changed, shown: formatCount(found.changed, shop) };
  return found.changed > 0 ? `${text} ${t("sync.compared.changed", older)}` : text;
}

/** Two statements: up to when received webhooks are applied, and what the last comparison with Shopify found. */
export function FreshnessLine(props: { freshness: Freshness; comparison: Comparison; linked?: boolean }) {
  const { freshness, comparison, linked = true } = props;
  const { t } = useTranslation();
  const shop = useShop();
  const state = stateOf(freshness);
  const { waiting, gaps, moreGaps, poison } = freshness;
  const notes = Object.entries({ waiting, gaps, poison })
    .filter(([, count]) => count > 0)
    .map(([name, count]) => {
      const shown = formatCount(count, shop) + (name === "gaps" && moreGaps ? "+" : "");
      return t(`sync.summary.${name}`, { count, shown });
    });
  return (
    <Box paddingInline={{ xs: "400", sm: "0" }}>
      <BlockStack gap="100">
        <InlineStack gap="200" blockAlign="center">
          <Badge tone={TONES[state]}>{t(`sync.state.${state}`)}</Badge>
          {state === "reading" ? null : (
            <Text as="p">
              {t(poison > 0 ? "sync.as_of_without" : "sync.as_of", { at: formatMoment(freshness.asOf, shop) })}
            </Text>
          )}
          <Text as="p" tone="subdued">
            {notes.join(", ")}
          </Text>
          {linked ? <Link url="/app/sync">{t("sync.details")}</Link> : null}
        </InlineStack>
        {linked ? (
          <Text as="p" tone="subdued">
            {comparisonText(t, comparison, shop)}
          </Text>
        ) : null}
      </BlockStack>
    </Box>
  );
}
