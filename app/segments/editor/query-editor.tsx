import { BlockStack, Text, TextField } from "@shopify/polaris";
import { useEffect, useInsertionEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useShop } from "../../ui/shop-context.ts";
import type { Catalogue } from "../attribute.ts";
import { addressOf } from "../values/value-source.ts";
import { nameOfValue } from "../values/value-names.ts";
import { askForValues } from "./ask-for-values.ts";
import type { TextEditor } from "./codemirror.ts";

type Props = { query: string; catalogue: Catalogue; error: string | undefined; onChange: (query: string) => void };

/** A plain text field until the script has loaded, then an editor that completes and checks the query. */
export function QueryEditor({ query, catalogue, error, onChange }: Props) {
  const { t } = useTranslation();
  const { locale } = useShop();
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<TextEditor | null>(null);
  const latest = useRef({ query, onChange });
  const [ready, setReady] = useState(false);

  /** Texts that the editor reported and that have not come back as `query` yet. */
  const reported = useRef<string[]>([]);

  // An insertion effect, since the editor may report a text right after the commit.
  useInsertionEffect(() => {
    latest.current = { query, onChange };
  }, [query, onChange]);

  useEffect(() => {
    // A text that was typed comes back late on a busy machine: by then the editor may have a later one, which stays.
    const at = reported.current.lastIndexOf(query);
    if (at >= 0) {
      reported.current.splice(0, at + 1);
      return;
    }
    reported.current = [];
    editor.current?.setText(query);
  }, [query]);

  useEffect(() => {
    let unmounted = false;
    void import("./codemirror.ts").then(({ mountTextEditor }) => {
      if (unmounted || !host.current) return;
      editor.current = mountTextEditor({
        parent: host.current,
        text: latest.current.query,
        catalogue,
        label: t("segments.edit.query"),
        hint: t("segments.edit.query_hint"),
        onChange(text) {
          reported.current.push(text);
          latest.current.onChange(text);
        },
        say: (fault) => t(`segments.fault.${fault.code}`, fault.parameters),
        warn: ({ code, parameters }) => t(`segments.warning.${code}`, parameters),
        sayLabel: (key) => t(key),
        sayValue: (value, named) => nameOfValue(value, named, locale, t),
        valuesOf: ({ search, ...asked }) => askForValues(addressOf(asked, search)),
      });
      setReady(true);
    });
    return () => {
      unmounted = true;
      editor.current?.destroy();
      editor.current = null;
      setReady(false);
    };
  }, [catalogue, locale, t]);

  return (
    <BlockStack gap="100">
      {ready ? (
        <Text as="p">{t("segments.edit.query")}</Text>
      ) : (
        <TextField
          label={t("segments.edit.query")}
          value={query}
          onChange={onChange}
          multiline={5}
          autoComplete="off"
          monospaced
        />
      )}
      <div ref={host} hidden={!ready} />
      {error ? (
        <Text as="p" tone="critical">
          {error}
        </Text>
      ) : null}
      <Text as="p" tone="subdued">
        {t("segments.edit.query_help")}
      </Text>
    </BlockStack>
  );
}
