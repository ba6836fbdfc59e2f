// The editor's sections on what an offer gives and to whom.
import { BlockStack, Card, Link, Select, Text, TextField } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import type { Fault } from "../../errors.ts";
import { useFaultText } from "../../ui/editing/fault-text.ts";
import { TakenName } from "../../ui/editing/taken-name.tsx";
import { FieldInputs } from "../../ui/fields/field-inputs.tsx";
import { formatCount } from "../../ui/format.ts";
import { useShop } from "../../ui/shop-context.ts";
import { settingsFor, type OfferDraft, type OfferView } from "./draft/offer-draft.ts";
import { Culprits } from "../../ui/culprits.tsx";
import { StandingBanner } from "../screens/offer-standing.tsx";
import type { OfferContent } from "../wire.ts";
import { ceilingOf, nextContext, type ContextReason } from "../discount-context.ts";

export type SectionProps = {
  view: OfferView;
  draft: OfferDraft;
  /** The content of the preview's card. */
  content: OfferContent;
  faults: readonly Fault[];
  change: (part: Partial<OfferDraft>) => void;
};

export function WhatSection({ view, draft, content, faults, change }: SectionProps) {
  const { t } = useTranslation();
  const faultText = useFaultText(faults);
  const { domain } = useShop();
  const kind = view.kinds.find(({ name }) => name === draft.kind);
  const choose = (name: string) =>
    change({
      kind: name,
      settings: settingsFor(
        view.kinds.find((one) => one.name === name),
        kind,
        draft.settings,
      ),
    });
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t("offers.edit.what")}
        </Text>
        <TextField
          label={t("offers.edit.name")}
          helpText={t("offers.edit.name_help")}
          value={draft.name}
          onChange={(name) => change({ name })}
          error={faultText("name")}
          autoComplete="off"
          maxLength={120}
          requiredIndicator
        />
        <TakenName name={draft.name} others={view.others} />
        <Select
          label={t("offers.edit.kind")}
          options={[
            ...view.kinds.map(({ name, label }) => ({ value: name, label: t(label) })),
            ...(kind ? [] : [{ value: draft.kind, label: t(view.culprits[0]?.label ?? "offers.edit.kind_gone") }]),
          ]}
          value={draft.kind}
          onChange={choose}
          disabled={view.id !== null}
          helpText={view.id ? t("offers.edit.kind_fixed") : kind?.help ? t(kind.help) : undefined}
          error={kind ? undefined : t("offers.fault.kind_missing")}
        />
        <Culprits culprits={view.culprits} />
        <FieldInputs
          key={draft.kind}
          fields={kind?.settings ?? {}}
          texts={draft.settings}
          errorOf={(name) => faultText(`settings.${name}`)}
          onChange={(name, text) => change({ settings: { ...draft.settings, [name]: text } })}
          prefix="settings."
        />
        {view.id && content.shape === "discount" && content.code ? (
          <TextField
            label={t("offers.edit.code_link")}
            helpText={t("offers.edit.code_link_help")}
            value={`https://${domain}/discount/${encodeURIComponent(content.code)}`}
            autoComplete="off"
            readOnly
            selectTextOnFocus
          />
        ) : null}
      </BlockStack>
    </Card>
  );
}

export function WhoSection({ view, draft, content, faults, change }: SectionProps) {
  const { t } = useTranslation();
  const shop = useShop();
  const faultText = useFaultText(faults);
  const segment = view.segments.find(({ id }) => id === draft.segment);
  const saved = draft.segment === view.draft.segment ? view.context : null;
  const limited = content.shape === "discount";
  const reason: ContextReason = saved ?? (nextContext(segment?.count ?? 0, null) === "segment" ? "many" : "few");
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t("offers.edit.who")}
        </Text>
        <Select
          label={t("offers.edit.segment")}
          options={[
            { value: "", label: t("offers.edit.everyone") },
            ...view.segments.map(({ id, name, count, isArchived }) => ({
              value: id,
              label: isArchived ? t("offers.for.archived", { name }) : `${name} (${formatCount(count, shop)})`,
            })),
          ]}
          value={draft.segment}
          onChange={(value) => change({ segment: value })}
          error={faultText("segment")}
        />
        {view.segments.length === 0 ? (
          <Text as="p" tone="subdued">
            {t("offers.edit.no_segments")} <Link url="/app/segments/new">{t("offers.edit.make_segment")}</Link>
          </Text>
        ) : null}
        {segment && limited ? (
          <Text as="p" tone={reason === "refused" ? "caution" : "subdued"}>
            {t(`offers.context.${reason}`, { most: formatCount(ceilingOf(reason) ?? 0, shop) })}
          </Text>
        ) : null}
        <StandingBanner standing={view.standing} />
      </BlockStack>
    </Card>
  );
}
