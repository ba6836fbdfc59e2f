import { BlockStack, Box, Button, InlineStack, Select, Text } from "@shopify/polaris";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Catalogue } from "../attribute.ts";
import { type BuilderGroup, type BuilderItem, MAX_BUILDER_DEPTH, emptyGroup } from "../query/builder/builder.ts";
import { newClause } from "../query/builder/builder-choices.ts";
import { ClauseRow } from "./clause-row.tsx";
import { RemoveButton } from "./test-row.tsx";

const HOLDS = { all: ["and", false], any: ["or", false], not_all: ["and", true], none: ["or", true] } as const;
type Holds = keyof typeof HOLDS;
const KINDS = Object.keys(HOLDS) as Holds[];

const FIRST_ATTRIBUTE = "number_of_orders";

const firstClause = (catalogue: Catalogue): BuilderItem => {
  const names = [...Object.keys(catalogue.attributes), ...Object.keys(catalogue.functions)];
  return newClause(names.find((name) => name === FIRST_ATTRIBUTE) ?? names[0] ?? FIRST_ATTRIBUTE, catalogue);
};

type Props = {
  group: BuilderGroup;
  catalogue: Catalogue;
  /** Nesting level; 0 is the outermost group. */
  depth: number;
  onChange: (group: BuilderGroup) => void;
  onRemove?: () => void;
};

/** A group of clauses and groups, drawn as a card. A nested group is a card within the card. */
export function GroupCard({ group, catalogue, depth, onChange, onRemove }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const { items, join, negated } = group;
  const holds = KINDS.find((kind) => HOLDS[kind][0] === join && HOLDS[kind][1] === negated) ?? "all";
  const set = (at: number, next: BuilderItem | null) => {
    onChange({ ...group, items: items.flatMap((item, index) => (index !== at ? [item] : next ? [next] : [])) });
    // The button that had the focus was removed with its row, so the focus moves to the button that adds a clause.
    if (!next) document.getElementById(id)?.focus();
  };
  const add = (item: BuilderItem) => onChange({ ...group, items: [...items, item] });
  return (
    <Box
      padding="300"
      borderWidth="025"
      borderColor="border"
      borderRadius="200"
      background={depth % 2 === 0 ? "bg-surface" : "bg-surface-secondary"}
      role="group"
      aria-label={t("segments.builder.group", { level: depth + 1 })}
    >
      <BlockStack gap="300">
        <InlineStack gap="200" align="space-between" blockAlign="center" wrap={false}>
          <Select
            label={t("segments.builder.holds.label")}
            labelHidden
            options={KINDS.map((value) => ({ value, label: t(`segments.builder.holds.${value}`) }))}
            value={holds}
            onChange={(next) => {
              const [nextJoin, nextNegated] = HOLDS[KINDS.find((kind) => kind === next) ?? "all"];
              onChange({ ...group, join: nextJoin, negated: nextNegated });
            }}
          />
          {onRemove ? (
            <RemoveButton label={t("segments.builder.remove_group", { level: depth + 1 })} onRemove={onRemove} />
          ) : null}
        </InlineStack>
        {items.length === 0 ? (
          <Text as="p" tone="subdued">
            {t("segments.builder.empty")}
          </Text>
        ) : null}
        <Items {...{ group, catalogue, depth }} onSet={set} />
        <InlineStack gap="200">
          <Button id={id} onClick={() => add(firstClause(catalogue))}>
            {t("segments.builder.add_clause")}
          </Button>
          {depth + 1 < MAX_BUILDER_DEPTH ? (
            <Button
              variant="tertiary"
              onClick={() => add({ ...emptyGroup(), join: "or", items: [firstClause(catalogue)] })}
            >
              {t("segments.builder.add_group")}
            </Button>
          ) : null}
        </InlineStack>
      </BlockStack>
    </Box>
  );
}

type ItemsProps = Pick<Props, "group" | "catalogue" | "depth"> & {
  onSet: (at: number, next: BuilderItem | null) => void;
};

function Items({ group: { items, join }, catalogue, depth, onSet }: ItemsProps) {
  const { t } = useTranslation();
  return (
    <>
      {items.map((item, at) => (
        <BlockStack key={at} gap="300">
          {at > 0 ? (
            <Text as="p" fontWeight="semibold">
              {t(`segments.builder.join.${join}`)}
            </Text>
          ) : null}
          {item.kind === "clause" ? (
            <ClauseRow
              clause={item}
              catalogue={catalogue}
              onChange={(next) => onSet(at, next)}
              onRemove={() => onSet(at, null)}
            />
          ) : (
            <GroupCard
              group={item}
              catalogue={catalogue}
              depth={depth + 1}
              onChange={(next) => onSet(at, next)}
              onRemove={() => onSet(at, null)}
            />
          )}
        </BlockStack>
      ))}
    </>
  );
}
