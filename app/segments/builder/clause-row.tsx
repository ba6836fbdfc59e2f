import { Select } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import type { Catalogue } from "../attribute.ts";
import type { BuilderClause } from "../query/builder/builder.ts";
import {
  entryOf,
  isFunctionShape,
  namesByAbout,
  newClause,
  operatorsFor,
  typeOfAttribute,
} from "../query/builder/builder-choices.ts";
import { FunctionRows } from "./function-rows.tsx";
import { TestRow } from "./test-row.tsx";

type Props = {
  clause: BuilderClause;
  catalogue: Catalogue;
  onChange: (clause: BuilderClause) => void;
  onRemove: () => void;
};

/** A clause: an attribute with its test, or a function with its parameters. */
export function ClauseRow({ clause, catalogue, onChange, onRemove }: Props) {
  const { t } = useTranslation();
  const entry = entryOf(clause.name, catalogue);
  if (!entry) return null;
  const name = t(entry.label);
  const subject = (
    <Select
      label={t("segments.builder.attribute")}
      labelHidden
      options={namesByAbout(catalogue).map(({ about, names }) => ({
        title: t(`segments.builder.about.${about}`),
        options: names.map((each) => ({ value: each, label: t(entryOf(each, catalogue)?.label ?? each) })),
      }))}
      value={clause.name}
      onChange={(next) => onChange(newClause(next, catalogue))}
    />
  );
  if (isFunctionShape(entry)) {
    return <FunctionRows {...{ clause, shape: entry, subject, name, onChange, onRemove }} />;
  }
  return (
    <TestRow
      subject={subject}
      name={name}
      type={typeOfAttribute(entry)}
      shape={entry}
      operators={operatorsFor(entry)}
      question={{ attribute: clause.name }}
      test={clause}
      onChange={(test) => onChange({ ...clause, ...test })}
      onRemove={onRemove}
    />
  );
}
