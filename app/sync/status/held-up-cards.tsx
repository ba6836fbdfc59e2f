import { useFetcher } from "@remix-run/react";
import { BlockStack, Button, Card, InlineStack, Text } from "@shopify/polaris";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { formatMoment } from "../../ui/format.ts";
import { useShop } from "../../ui/shop-context.ts";
import { topicName } from "../../ui/topic-name.ts";
import { readReason } from "../reading/held-up.ts";
import type { HeldItem } from "./status.server.ts";

/** Webhooks that are held up, each with a button to try again. */
export function PoisonCard({ items }: { items: HeldItem[] }) {
  const { t } = useTranslation();
  return (
    <HeldCard title={t("sync.poison.title")} text={t("sync.poison.text")}>
      {items.map((item) => (
        <HeldLine key={item.seq} item={item}>
          <TryAgain seq={item.seq} />
        </HeldLine>
      ))}
    </HeldCard>
  );
}

/** Webhooks that were applied without a field that cannot be read. */
export function NotedCard({ items }: { items: HeldItem[] }) {
  const { t } = useTranslation();
  return (
    <HeldCard title={t("sync.noted.title")} text={t("sync.noted.text")}>
      {items.map((item) => (
        <HeldLine key={item.seq} item={item} />
      ))}
    </HeldCard>
  );
}

function HeldCard({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {title}
        </Text>
        <Text as="p" tone="subdued">
          {text}
        </Text>
        {children}
      </BlockStack>
    </Card>
  );
}

function HeldLine({ item, children }: { item: HeldItem; children?: ReactNode }) {
  const { t } = useTranslation();
  const shop = useShop();
  const reason = readReason(item.reason);
  return (
    <InlineStack align="space-between" blockAlign="center" gap="200">
      <BlockStack>
        <Text as="h3">{t("sync.poison.seq", { seq: item.number, topic: topicName(t, item.topic) })}</Text>
        <Text as="p" tone="subdued" breakWord>
          {formatMoment(item.receivedAt, shop)} · {t(reason.key, reason.parameters)}
        </Text>
      </BlockStack>
      {children}
    </InlineStack>
  );
}

function TryAgain({ seq }: { seq: string }) {
  const { t } = useTranslation();
  const fetcher = useFetcher();
  return (
    <fetcher.Form method="post">
      <input type="hidden" name="seq" value={seq} />
      <Button submit loading={fetcher.state !== "idle"}>
        {t("sync.poison.retry")}
      </Button>
    </fetcher.Form>
  );
}
