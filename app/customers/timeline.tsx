import { useSearchParams } from "@remix-run/react";
import { BlockStack, Button, Card, ChoiceList, Divider, InlineStack, Popover, Text } from "@shopify/polaris";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatMoment, formatMoney } from "../ui/format.ts";
import { useShop } from "../ui/shop-context.ts";
import type { TimelineEntry } from "./timeline.server.ts";

type Entry = Omit<TimelineEntry, "at"> & { at: string | Date };

/** Everything that happened with one person, newest first; kinds can be left out. */
export function Timeline({ entries }: { entries: Entry[] }) {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const kinds = [...new Set(entries.map((entry) => entry.kind))].sort();
  const [shown, setShown] = useState<string[] | null>(null);
  const visible = shown ? entries.filter((entry) => shown.includes(entry.kind)) : entries;
  const last = entries.at(-1);
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between">
          <Text as="h2" variant="headingMd">
            {t("customers.timeline")}
          </Text>
          {kinds.length > 1 ? <KindFilter kinds={kinds} shown={shown ?? kinds} onChange={setShown} /> : null}
        </InlineStack>
        {visible.length === 0 ? <Text as="p">{t("customers.no_events")}</Text> : null}
        {visible.map((entry, at) => (
          <BlockStack key={entry.id} gap="300">
            {at > 0 ? <Divider /> : null}
            <EntryLine entry={entry} />
          </BlockStack>
        ))}
        <InlineStack gap="200">
          {params.has("before") ? <Button url="?">{t("customers.newest")}</Button> : null}
          {entries.length >= 50 && last ? (
            <Button url={`?before=${encodeURIComponent(last.id)}`}>{t("customers.earlier")}</Button>
          ) : null}
        </InlineStack>
      </BlockStack>
    </Card>
  );
}

function KindFilter({
  kinds,
  shown,
  onChange,
}: {
  kinds: string[];
  shown: string[];
  onChange: (kinds: string[]) => void;
}) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <Popover
      active={open}
      onClose={() => setOpen(false)}
      activator={
        <Button disclosure onClick={() => setOpen(!open)}>
          {t("customers.filter")}
        </Button>
      }
    >
      <Popover.Pane>
        <Popover.Section>
          <ChoiceList
            allowMultiple
            title={t("customers.filter")}
            choices={kinds.map((kind) => ({ value: kind, label: t(kindKey(kind)) }))}
            selected={shown}
            onChange={onChange}
          />
        </Popover.Section>
      </Popover.Pane>
    </Popover>
  );
}

const kindKey = (kind: string) => `customers.event.${kind.replaceAll(/[/.]/g, "_")}`;

function EntryLine({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  const shop = useShop();
  const words = Object.fromEntries(
    Object.entries(entry.data).map(([name, value]) => [name, wordOf(name, value, shop)]),
  );
  // Of an answer to a question that was not kept word by word, its short name.
  const asked = words["asked"] ?? `${words["question"] ?? ""}:`;
  const detail = t(`${kindKey(entry.kind)}_detail`, { ...words, asked, defaultValue: "" });
  return (
    <BlockStack gap="100">
      <InlineStack align="space-between" gap="200">
        <Text as="h3" fontWeight="semibold">
          {t(kindKey(entry.kind), words)}
        </Text>
        <Text as="span" tone="subdued">
          <time dateTime={new Date(entry.at).toISOString()}>{formatMoment(entry.at, shop)}</time>
        </Text>
      </InlineStack>
      {detail ? (
        <Text as="p" tone="subdued" breakWord>
          {detail}
        </Text>
      ) : null}
    </BlockStack>
  );
}

const MONEY = new Set(["amount", "total"]);

function wordOf(name: string, value: unknown, shop: ReturnType<typeof useShop>): string {
  if (Array.isArray(value)) return value.map((item) => wordOf(name, item, shop)).join(", ");
  if (MONEY.has(name) && /^-?\d+(\.\d+)?$/.test(String(value))) return formatMoney(String(value), shop);
  return value === null || value instanceof Object ? "" : String(value);
}
