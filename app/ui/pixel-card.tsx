import { Badge, BlockStack, Button, Card, InlineStack, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import type { Instant } from "../instant.ts";
import { useAct } from "./editing/act.ts";
import { formatCount, formatMoment, formatShare } from "./format.ts";
import { useShop } from "./shop-context.ts";

type Moments = Record<"activeAt" | "askedAt" | "eventAt" | "droppedAt", Instant | null>;
type Pixel = Moments & { fault: string | null };
type Visits = { all: number; signedIn: number };

/** Whether the shop's web pixel works, what it sends, and how many visits it recognised. */
export function PixelCard({ pixel, visits, looking }: { pixel: Pixel; visits: Visits | null; looking: boolean }) {
  const { t } = useTranslation();
  const shop = useShop();
  const { act, busy } = useAct({});
  const state = pixel.askedAt === null ? "unknown" : pixel.activeAt === null ? "off" : "active";
  const at = (instant: Instant | null) => (instant ? formatMoment(instant, shop) : "–");
  const lines = {
    unknown: [t("settings.pixel.not_asked")],
    off: [t(`settings.pixel.fault.${pixel.fault ?? "refused"}`, { at: at(pixel.askedAt) })],
    active: [
      t("settings.pixel.since", { at: at(pixel.activeAt) }),
      pixel.eventAt ? t("settings.pixel.last", { at: at(pixel.eventAt) }) : t("settings.pixel.no_event"),
      ...(pixel.droppedAt ? [t("settings.pixel.dropped", { at: at(pixel.droppedAt) })] : []),
    ],
  }[state];
  return (
    <Card>
      <BlockStack gap="200">
        <InlineStack align="space-between">
          <Text as="h2" variant="headingMd">
            {t("settings.pixel.title")}
          </Text>
          <Badge {...(state === "active" ? { tone: "success" } : state === "off" ? { tone: "warning" } : {})}>
            {t(`settings.pixel.state.${state}`)}
          </Badge>
        </InlineStack>
        {lines.map((line) => (
          <Text as="p" key={line}>
            {line}
          </Text>
        ))}
        {visits === null ? <Text as="p">{t("settings.pixel.slow")}</Text> : null}
        {visits && visits.all > 0 ? (
          <Text as="p">
            {t("settings.pixel.recognized", {
              share: formatShare(visits.signedIn / visits.all, shop),
              count: visits.all,
              shown: formatCount(visits.all, shop),
            })}
          </Text>
        ) : null}
        <Text as="p" tone="subdued">
          {t("settings.pixel.sends")}
        </Text>
        <InlineStack>
          <Button onClick={() => act("pixel")} loading={busy || looking}>
            {t("settings.pixel.check")}
          </Button>
        </InlineStack>
      </BlockStack>
    </Card>
  );
}
