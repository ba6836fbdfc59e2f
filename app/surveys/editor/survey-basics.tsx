import { Card, ChoiceList, FormLayout, InlineError, Link, Select, TextField } from "@shopify/polaris";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { editorUrl, stands, type Blocks } from "../../blocks.ts";
import type { Instant } from "../../instant.ts";
import { formatMoment } from "../../ui/format.ts";
import { TakenName } from "../../ui/editing/taken-name.tsx";
import { useBlocks, useShop, type ShopContext } from "../../ui/shop-context.ts";
import { blockOf } from "../seen-as.ts";
import type { Surface, SurveyDraft, SurveyWords } from "../survey.ts";

const LANGUAGES = ["en", "gu", "pa", "hi", "fr", "de", "es"];
const NO_WORDS: SurveyWords = { title: "", thanks: "", submit: "" };

export type Basics = Omit<SurveyDraft, "questions">;

type Props = {
  basics: Basics;
  setBasics: (basics: Basics) => void;
  segments: { id: string; name: string }[];
  others: string[];
  /** Answers and segments name a survey that was asked by its short name, so the short name cannot be changed. */
  isAsked: boolean;
  /** The short name follows the name until the survey is saved. */
  isNew: boolean;
  clientId: string;
  language: string;
  setLanguage: (code: string) => void;
  faultOf: (field: string) => string | undefined;
};

/** `How are we doing?` becomes how_are_we_doing. */
const handleOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "")
    .slice(0, 40);

export function SurveyBasics(props: Props) {
  const { basics, setBasics, segments, others, isNew, isAsked, clientId, faultOf } = props;
  const { t } = useTranslation();
  const rename = (name: string) => {
    const follows = isNew && basics.handle === handleOf(basics.name);
    setBasics({ ...basics, name, ...(follows ? { handle: handleOf(name) } : {}) });
  };
  const shop = useShop();
  const blocks = useBlocks();
  const fault = faultOf("placements");
  return (
    <Card>
      <FormLayout>
        <FormLayout.Group>
          <TextField
            label={t("surveys.name")}
            value={basics.name}
            onChange={rename}
            error={faultOf("name")}
            autoComplete="off"
            maxLength={255}
            requiredIndicator
          />
          <TextField
            label={t("surveys.handle")}
            helpText={t(isAsked ? "surveys.handle_stays" : "surveys.handle_help")}
            value={basics.handle}
            onChange={(handle) => setBasics({ ...basics, handle })}
            error={faultOf("handle")}
            disabled={isAsked}
            autoComplete="off"
            maxLength={40}
            requiredIndicator
          />
        </FormLayout.Group>
        <TakenName name={basics.name} others={others} />
        <ChoiceList
          title={t("surveys.where")}
          allowMultiple
          choices={(["thank_you", "storefront"] as const).map((value) => ({
            value,
            label: t(`surveys.surface.${value}`),
            helpText:
              blocks && stands(blockOf(value, blocks)) ? (
                placedText(t, value, blocks, shop)
              ) : (
                <Link url={editorUrl(shop.domain, clientId, value === "storefront" ? "survey" : value)} external>
                  {t(`surveys.place.${value}`)}
                </Link>
              ),
          }))}
          selected={basics.placements}
          onChange={(placements) => setBasics({ ...basics, placements: placements as Surface[] })}
        />
        {fault ? <InlineError message={fault} fieldID="placements" /> : null}
        <Select
          label={t("surveys.audience")}
          helpText={t("surveys.audience_help")}
          value={basics.segmentId ?? ""}
          error={faultOf("segmentId")}
          options={[
            { value: "", label: t("surveys.everyone") },
            ...segments.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(id) => setBasics({ ...basics, segmentId: id || null })}
        />
        <Words {...props} />
      </FormLayout>
    </Card>
  );
}

/** Says where the block is, and when that was last known. If only a shopper's page showed the block, the page is not known. */
function placedText(t: TFunction, surface: Surface, { survey }: Blocks, shop: ShopContext): string {
  if (surface === "thank_you") return t("surveys.placed.thank_you");
  const { places, reportedAt, seenAt } = survey;
  const at = (instant: Instant | null) => (instant ? formatMoment(instant, shop) : "");
  if (!places?.length) return t("surveys.placed.somewhere", { at: at(seenAt) });
  const pages = places.map((place) => t(`surveys.page.${NAMED.has(place) ? place : "other"}`));
  return t("surveys.placed.storefront", { pages: new Intl.ListFormat(shop.locale).format(pages), at: at(reportedAt) });
}

const NAMED = new Set(["home", "product", "cart", "account"]);

const WORDS = { title: "surveys.heading", thanks: "surveys.thanks", submit: "surveys.submit" } as const;

function Words({ basics, setBasics, language, setLanguage }: Props) {
  const { t } = useTranslation();
  const words = basics.words[language] ?? NO_WORDS;
  const english = basics.words.en ?? NO_WORDS;
  return (
    <FormLayout>
      <Select
        label={t("surveys.language")}
        helpText={t("surveys.language_help")}
        value={language}
        options={LANGUAGES.map((value) => ({ value, label: t(`surveys.languages.${value}`) }))}
        onChange={setLanguage}
      />
      <FormLayout.Group>
        {(["title", "thanks", "submit"] as const).map((name) => (
          <TextField
            key={name}
            label={t(WORDS[name])}
            value={words[name]}
            placeholder={language === "en" ? "" : english[name]}
            onChange={(text) =>
              setBasics({ ...basics, words: { ...basics.words, [language]: { ...words, [name]: text } } })
            }
            autoComplete="off"
            maxLength={500}
          />
        ))}
      </FormLayout.Group>
    </FormLayout>
  );
}
