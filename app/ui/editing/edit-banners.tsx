// Banners above an editor: a save that did not arrive, and changes that another person saved meanwhile.
import { Banner, BlockStack, List, Text, type BannerHandles } from "@shopify/polaris";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Editing } from "./draft.ts";

/** A draft as texts: the name and the value of each of its parts. */
export type Described = [name: string, text: string][];

type Props<Draft> = { editing: Editing<Draft>; describe: (draft: Draft) => Described };

export function EditBanners<Draft>({ editing, describe }: Props<Draft>) {
  const { t } = useTranslation();
  const { theirs, failed, busy } = editing;
  const failure = useRef<BannerHandles>(null);
  // Each failed save brings the banner into view, however far down the merchant was typing.
  useEffect(() => {
    if (failed && !busy) failure.current?.focus();
  }, [failed, busy]);
  return (
    <>
      {failed ? (
        <Banner ref={failure} tone="critical" title={t("app.edit.failed")}>
          {t("app.edit.failed_text")}
        </Banner>
      ) : null}
      {theirs ? (
        <Banner
          tone="warning"
          title={t("app.edit.changed")}
          action={{ content: t("app.edit.keep_mine"), onAction: editing.keepMine }}
          secondaryAction={{ content: t("app.edit.take_theirs"), onAction: editing.takeTheirs }}
        >
          <BlockStack gap="200">
            <Text as="p">{t("app.edit.changed_text")}</Text>
            <Differences before={describe(theirs.before)} after={describe(theirs.after)} />
          </BlockStack>
        </Banner>
      ) : null}
    </>
  );
}

function Differences({ before, after }: { before: Described; after: Described }) {
  const { t } = useTranslation();
  const texts = new Map(after);
  const names = [...new Set([...before, ...after].map(([name]) => name))];
  const old = new Map(before);
  return (
    <List>
      {names
        .filter((name) => old.get(name) !== texts.get(name))
        .map((name) => (
          <List.Item key={name}>
            <Text as="span" breakWord>
              {t("app.edit.now_says", { name, text: texts.get(name) || t("app.edit.nothing") })}
            </Text>
          </List.Item>
        ))}
    </List>
  );
}
