import { useSearchParams } from "@remix-run/react";
import { BlockStack, Button, Card, ChoiceList, Divider, InlineStack, Link, Popover, Text } from "@shopify/polaris";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatMoment, formatMoney } from "../ui/format.ts";
import { useShop, type ShopContext } from "../ui/shop-context.ts";
import { codeText } from "../ui/words.ts";
import { AnswerLines } from "./answer-lines.tsx";
import { causeKey } from "./cause.ts";
import { gatherAnswers } from "./gather-answers.ts";
import { inShopify } from "./in-shopify.ts";
import type { TimelineEntry } from "./timeline.server.ts";

/** A customer's events, newest first. The merchant can filter by kind. */
export function Timeline({ entries }: { entries: TimelineEntry[] }) {
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
        {gatherAnswers(visible).map(({ entry, answers }, at) => (
          <BlockStack key={entry.id} gap="300">
            {at > 0 ? <Divider /> : null}
            <EntryLine entry={entry} answers={answers} />
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
            choices={kinds.map((kind) => ({ value: kind, label: kindText(t, kind) }))}
            selected={shown}
            onChange={onChange}
          />
        </Popover.Section>
      </Popover.Pane>
    </Popover>
  );
}

const nameOf = (kind: string) => kind.replaceAll(/[/.]/g, "_");

/** The name of a kind for the filter. Plugins and other platforms may write kinds that have no locale key. */
const kindText = (t: TFunction, kind: string) => t(`customers.kind.${nameOf(kind)}`, { defaultValue: codeText(kind) });

function EntryLine({ entry, answers }: { entry: TimelineEntry; answers: TimelineEntry[] }) {
  const { t } = useTranslation();
  const shop = useShop();
  const words = Object.fromEntries(
    Object.entries(entry.data).map(([name, value]) => [name, wordOf(t, name, value, moneyOf(entry, shop))]),
  );
  const key = `customers.event.${nameOf(entry.kind)}`;
  const title = t(key, { ...words, defaultValue: codeText(entry.kind) });
  const detail =
    entry.kind === "order.placed" ? orderText(t, words, entry) : t(`${key}_detail`, { ...words, defaultValue: "" });
  const { inShopify: order } = entry.data;
  return (
    <BlockStack gap="100">
      <InlineStack align="space-between" gap="200">
        <Text as="h3" fontWeight="semibold">
          {typeof order === "string" ? (
            <Link
              url={inShopify("orders", order)}
              external
              accessibilityLabel={t("customers.title_in_shopify", { title })}
            >
              {title}
            </Link>
          ) : (
            title
          )}
        </Text>
        <Text as="span" tone="subdued">
          <time dateTime={entry.at.toISOString()}>{formatMoment(entry.at, shop)}</time>
        </Text>
      </InlineStack>
      {detail ? (
        <Text as="p" tone="subdued" breakWord>
          {detail}
        </Text>
      ) : null}
      <AnswerLines answers={answers} />
    </BlockStack>
  );
}

/** What was paid, what was bought, and by which discounts. */
function orderText(t: TFunction, words: Record<string, string>, { data: { discounts } }: TimelineEntry): string {
  const used = Array.isArray(discounts)
    ? t("customers.event.order_discounts", { discounts: words["discounts"], count: discounts.length })
    : "";
  return [words["total"], words["items"], used].filter(Boolean).join(" · ");
}

const MONEY = new Set(["amount", "total"]);
/** Fields whose values are codes, with the locale branch for those codes. */
const CODES: Record<string, string> = { channel: "customers.channel", state: "customers.subscription" };

/** An amount is shown in the entry's own currency. */
const moneyOf = ({ data }: TimelineEntry, shop: ShopContext): ShopContext =>
  typeof data["currency"] === "string" ? { ...shop, currency: data["currency"] } : shop;

function wordOf(t: TFunction, name: string, value: unknown, shop: ShopContext): string {
  if (Array.isArray(value)) return value.map((item) => wordOf(t, name, item, shop)).join(", ");
  if (value === null || value instanceof Object) return "";
  const text = String(value);
  if (name === "cause") return t(`customers.moved.${causeKey(text)}`, { defaultValue: "" });
  if (MONEY.has(name) && /^-?\d+(\.\d+)?$/.test(text)) return formatMoney(text, shop);
  return CODES[name] ? t(`${CODES[name]}.${text}`, { defaultValue: codeText(text) }) : text;
}
