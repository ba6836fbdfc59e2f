import { BlockStack, Box, Tabs, Text } from "@shopify/polaris";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Catalogue } from "../attribute.ts";
import { TriedToSave } from "../builder/finished.ts";
import { GroupCard } from "../builder/group-card.tsx";
import { type BuilderGroup, readBuilder, writeBuilder } from "../query/builder/builder.ts";
import { QueryEditor } from "./query-editor.tsx";

const FACES = ["text", "builder"] as const;
export type Face = (typeof FACES)[number];

type Props = {
  query: string;
  catalogue: Catalogue;
  face: Face;
  onFace: (face: Face) => void;
  /** Why the server refused the query. */
  error: string | undefined;
  onChange: (query: string) => void;
};

/** A query as a text or in the builder. The builder keeps its model until the text changes: the text has no empty groups. */
export function QueryFaces({ query, catalogue, face, onFace, error, onChange }: Props) {
  const { t } = useTranslation();
  const [held, hold] = useState<{ text: string; root: BuilderGroup } | null>(null);
  const built = held?.text === query ? { ok: true as const, root: held.root } : readBuilder(query, catalogue);
  const shown = built.ok ? face : "text";
  const build = (root: BuilderGroup) => {
    const text = writeBuilder(root);
    hold({ text, root });
    onChange(text);
  };
  const tabs = FACES.map((id) => ({
    id: `face-${id}`,
    panelID: `face-panel-${id}`,
    content: t(`segments.face.${id}`),
    disabled: id === "builder" && !built.ok,
  }));
  return (
    <Tabs tabs={tabs} selected={FACES.indexOf(shown)} onSelect={(at) => onFace(FACES[at] ?? "text")}>
      <Box paddingBlockStart="300">
        <BlockStack gap="200">
          {shown === "builder" && built.ok ? (
            <>
              <TriedToSave.Provider value={error !== undefined}>
                <GroupCard group={built.root} catalogue={catalogue} depth={0} onChange={build} />
              </TriedToSave.Provider>
              {error ? (
                <Text as="p" tone="critical">
                  {t(`segments.refused.${query.trim() === "" ? "no_conditions" : "conditions"}`)}
                </Text>
              ) : null}
            </>
          ) : (
            <QueryEditor query={query} catalogue={catalogue} error={error} onChange={onChange} />
          )}
          {built.ok ? null : (
            <Text as="p" tone="subdued">
              {t(`segments.builder.unshown.${built.reason}`)}
            </Text>
          )}
        </BlockStack>
      </Box>
    </Tabs>
  );
}
