// Writes a form's values in words, where they cannot be changed.
import type { TFunction } from "i18next";
import { shownInputs, type FieldView, type FieldViews, type Texts } from "../../field-view.ts";
import { idsIn, isResourceInput, resourceId } from "../../resources.ts";
import { formatMoney } from "../format.ts";
import type { ShopContext } from "../shop-context.ts";

type Says = { t: TFunction; shop: ShopContext; titles: Readonly<Record<string, string>> };

/** The label and the value of each input that the form shows. An input within a group has the group's label before its own. */
export const fieldTexts = (fields: FieldViews, texts: Texts, says: Says): [label: string, text: string][] =>
  shownInputs(fields, texts).map(([name, field]) => {
    const group = fields[name.split(".")[0] ?? ""];
    const label = says.t(field.label);
    return [group?.fields ? `${says.t(group.label)}: ${label}` : label, valueText(field, texts[name] ?? "", says)];
  });

function valueText({ input, choices }: FieldView, text: string, { t, shop, titles }: Says): string {
  if (input === "toggle") return t(text === "true" ? "app.field.yes" : "app.field.no");
  if (isResourceInput(input)) {
    const names = idsIn(text).map((id) => titles[resourceId(input, id)] ?? t("app.pick.unknown", { id }));
    return new Intl.ListFormat(shop.locale).format(names);
  }
  const chosen = choices?.find(({ value }) => value === text);
  return chosen ? t(chosen.label) : numberText(input, text, shop);
}

function numberText(input: FieldView["input"], text: string, shop: ShopContext): string {
  if (text === "" || Number.isNaN(Number(text))) return text;
  if (input === "percent") return `${text}%`;
  return input === "money" ? formatMoney(text, shop) : text;
}
