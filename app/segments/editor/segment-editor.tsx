import { BlockStack, Button, Card, InlineGrid, InlineStack, Text, TextField } from "@shopify/polaris";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Editing } from "../../ui/editing/draft.ts";
import { useFaultText } from "../../ui/editing/fault-text.ts";
import { TakenName } from "../../ui/editing/taken-name.tsx";
import { useFirstFault } from "../../ui/fields/first-fault.ts";
import type { EditorView } from "../editing.server.ts";
import { TEMPLATES } from "../templates.ts";
import { PreviewPanel } from "./preview-panel.tsx";
import { QueryFaces, type Face } from "./query-faces.tsx";
import { SizeCard } from "./size-card.tsx";

export type Draft = { name: string; query: string };
type Props = { view: EditorView; editing: Editing<Draft> };

/** The segment's name and query on the left, the customers whom the query matches on the right. */
export function SegmentEditor({ view, editing }: Props) {
  const { t } = useTranslation();
  const { draft, set } = editing;
  useFirstFault(editing.refused);
  const [face, setFace] = useState<Face>("text");
  const faultText = useFaultText(editing.faults);
  return (
    <BlockStack gap="400">
      <InlineGrid columns={{ xs: 1, md: ["twoThirds", "oneThird"] }} gap="400" alignItems="start">
        <Card>
          <BlockStack gap="400">
            <TextField
              label={t("segments.edit.name")}
              requiredIndicator
              value={draft.name}
              onChange={(name) => set({ ...draft, name })}
              error={faultText("name")}
              maxLength={255}
              autoComplete="off"
            />
            <TakenName name={draft.name} others={view.others} />
            <QueryFaces
              query={draft.query}
              catalogue={view.catalogue}
              face={face}
              onFace={setFace}
              error={faultText("query")}
              onChange={(query) => set({ ...draft, query })}
            />
          </BlockStack>
        </Card>
        <BlockStack gap="400">
          <PreviewPanel query={draft.query} face={face} />
          {view.history ? <SizeCard history={view.history} /> : null}
        </BlockStack>
      </InlineGrid>
      {view.id ? null : <Templates onChoose={set} />}
    </BlockStack>
  );
}

/** Templates that fill the draft. */
function Templates({ onChoose }: { onChoose: (draft: Draft) => void }) {
  const { t } = useTranslation();
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t("segments.template.title")}
        </Text>
        {TEMPLATES.map(({ id, query }) => {
          const name = t(`segments.template.${id}.name`);
          return (
            <InlineStack key={id} align="space-between" blockAlign="center" gap="200">
              <BlockStack>
                <Text as="span" fontWeight="semibold">
                  {name}
                </Text>
                <Text as="span" tone="subdued">
                  {t(`segments.template.${id}.why`)}
                </Text>
              </BlockStack>
              <Button
                accessibilityLabel={t("segments.template.use_named", { name })}
                onClick={() => onChoose({ name, query })}
              >
                {t("segments.template.use")}
              </Button>
            </InlineStack>
          );
        })}
      </BlockStack>
    </Card>
  );
}
