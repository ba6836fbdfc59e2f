import { BlockStack, Box, Button, Card, InlineStack, Link, Text } from "@shopify/polaris";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { BarChart } from "../../ui/charts/bar-chart.tsx";
import { formatCount, formatDay, formatMean, formatMoment, formatShare } from "../../ui/format.ts";
import { useShop, type ShopContext } from "../../ui/shop-context.ts";
import type { Scale } from "../question-kind.ts";
import { FEWEST_FOR_RANGES, isListed, isNumeric, type Mean } from "./measure.ts";
import { ChooseResults } from "./choose-results.tsx";
import type { QuestionResult, SurveyResults } from "./results.server.ts";
import type { Survey } from "../survey.ts";
import type { Instant } from "../../instant.ts";

/** `segment`: the name of the survey's segment; null for everyone. */
export type Surveyed = Pick<Survey, "handle" | "state" | "placements"> & { segment: string | null };
type Props = { survey: Surveyed; results: SurveyResults };

/** On a phone, cards fill the width. Text outside cards keeps the distance that text in cards has. */
const MARGIN = { xs: "400", sm: "0" } as const;

/** The results of each question, with bounds at 95 %. */
export function ResultsView({ survey, results }: Props) {
  const { t } = useTranslation();
  const { days, responses, waiting, rate, questions, lacksErased } = results;
  return (
    <BlockStack gap="400">
      <Box paddingInline={MARGIN}>
        <BlockStack gap="400">
          <ChooseResults results={results} />
          {waiting > 0 ? (
            <Text as="p" tone="subdued">
              {t("surveys.result.waiting", { count: waiting })}
            </Text>
          ) : null}
          <Rate rate={rate} />
          {lacksErased ? (
            <Text as="p" tone="subdued">
              {t("surveys.result.erased")}
            </Text>
          ) : null}
        </BlockStack>
      </Box>
      {responses === 0 ? (
        <Card>
          <Text as="p">{t(`surveys.result.none.${days === null ? survey.state : "period"}`)}</Text>
        </Card>
      ) : (
        questions.map((question) => (
          <Card key={question.handle}>
            <BlockStack gap="300">
              {isListed(question.measure) ? (
                <Texts question={question} />
              ) : (
                <Bars question={question} survey={survey} />
              )}
              <Begun begun={question.begun} />
            </BlockStack>
          </Card>
        ))
      )}
    </BlockStack>
  );
}

function Rate({ rate }: Pick<SurveyResults, "rate">) {
  const { t } = useTranslation();
  const shop = useShop();
  if (rate === null) return null;
  const { shown, answered, since } = rate;
  const texts = {
    answered: formatCount(answered, shop),
    share: formatShare(answered / shown, shop),
    since: formatDay(since, shop),
  };
  return (
    <Text as="p" tone="subdued">
      {t("surveys.result.rate", { count: shown, ...texts })}
    </Text>
  );
}

/** The start of the question's present count, if earlier answers are not part of the count. */
function Begun({ begun }: { begun: Instant | null }) {
  const { t } = useTranslation();
  const shop = useShop();
  if (begun === null) return null;
  return (
    <Text as="p" tone="subdued">
      {t("surveys.result.begun", { at: formatMoment(begun, shop) })}
    </Text>
  );
}

/** Names the group of which the responses are a sample. A survey for a segment is asked on the thank-you page only. */
function whomOf(t: TFunction, { placements, segment }: Surveyed): string {
  if (segment !== null) return t("surveys.result.whom.segment", { segment });
  return t(`surveys.result.whom.${placements.length > 1 ? "both" : (placements[0] ?? "thank_you")}`);
}

function Bars({ question, survey }: { question: QuestionResult; survey: Surveyed }) {
  const { t } = useTranslation();
  const shop = useShop();
  const whom = whomOf(t, survey);
  const isFew = question.responses < FEWEST_FOR_RANGES;
  const counted = { count: question.responses, shown: formatCount(question.responses, shop) };
  const bars = question.bars.map(({ value, label, count, low, high }) => ({
    label,
    count,
    ...(isFew ? {} : { interval: { low, high } }),
    ...(isSayable(value)
      ? {
          url: `/app/segments/new?${new URLSearchParams({
            query: queryFor(survey.handle, question, value),
            name: t("surveys.result.segment", { question: question.label, answer: label }).slice(0, 255),
          })}`,
        }
      : {}),
  }));
  return (
    <>
      {question.score === null ? null : (
        <Text as="p" variant="headingLg">
          {t("surveys.result.score", { score: question.score })}
        </Text>
      )}
      {question.mean && question.scale ? (
        <MeanLines mean={question.mean} scale={question.scale} whom={isFew ? null : whom} />
      ) : null}
      {question.scoreBounds && !isFew ? (
        <Text as="p" tone="subdued">
          {t("surveys.result.score_bounds", { ...question.scoreBounds, whom })}
        </Text>
      ) : null}
      <BarChart
        title={question.label}
        name={t("surveys.result.answer")}
        unit={t("surveys.result.unit")}
        bars={bars}
        total={question.responses}
      />
      <Text as="p" tone="subdued">
        {isFew
          ? t("surveys.result.too_few", { ...counted, fewest: FEWEST_FOR_RANGES })
          : t("surveys.result.interval", { ...counted, whom })}{" "}
        {t("surveys.result.leads")}
      </Text>
    </>
  );
}

/** Formats a day such as 2026-11-28 in the merchant's language. */
const dayText = (day: string, shop: ShopContext): string => {
  const at = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(at.getTime()) ? day : formatDay(at, { ...shop, timeZone: "UTC" });
};

/** `whom` null: too few responses for a range. */
function MeanLines({ mean: { mean, low, high }, scale, whom }: { mean: Mean; scale: Scale; whom: string | null }) {
  const { t } = useTranslation();
  const shop = useShop();
  const written = (number: number) => formatMean(number, shop);
  return (
    <>
      <Text as="p" variant="headingLg">
        {t("surveys.result.mean", { mean: written(mean), ...scale })}
      </Text>
      {whom === null ? null : (
        <Text as="p" tone="subdued">
          {t("surveys.result.mean_bounds", {
            low: written(Math.max(scale.from, low)),
            high: written(Math.min(scale.to, high)),
            whom,
          })}
        </Text>
      )}
    </>
  );
}

/** The segment language cannot write a text that ends in a backslash. */
const isSayable = (value: string) => !/\\('|$)/.test(value);
const quoted = (text: string) => `'${text.replaceAll("'", "\\'")}'`;

function queryFor(survey: string, { handle, measure }: QuestionResult, value: string): string {
  const literal = isNumeric(measure) ? value : quoted(value);
  return `survey_answer MATCHES (survey = ${quoted(survey)}, question = ${quoted(handle)}, value = ${literal})`;
}

/** About four lines. */
const FOLDED_FROM = 400;

/** A long text shows its beginning until the merchant asks for the whole text. */
function Folded({ text }: { text: string }) {
  const { t } = useTranslation();
  const [whole, setWhole] = useState(false);
  const isFolded = !whole && text.length > FOLDED_FROM;
  return (
    <Text as="p" breakWord>
      {isFolded ? `${text.slice(0, FOLDED_FROM).toWellFormed()}… ` : text}
      {isFolded ? (
        <Button variant="plain" onClick={() => setWhole(true)}>
          {t("surveys.result.whole_text")}
        </Button>
      ) : null}
    </Text>
  );
}

function Texts({ question }: { question: QuestionResult }) {
  const { t } = useTranslation();
  const shop = useShop();
  return (
    <>
      <Text as="h3" variant="headingSm">
        {question.label}
      </Text>
      {question.texts.length < question.responses ? (
        <Text as="p" tone="subdued">
          {t("surveys.result.newest_texts", {
            count: question.responses,
            shown: formatCount(question.texts.length, shop),
            all: formatCount(question.responses, shop),
          })}
        </Text>
      ) : null}
      {question.texts.length === 0 ? <Text as="p">{t("surveys.result.no_texts")}</Text> : null}
      {question.texts.map((said, at) => (
        <BlockStack key={at}>
          <Folded text={question.measure === "dates" ? dayText(said.text, shop) : said.text} />
          <InlineStack gap="200">
            <Text as="span" tone="subdued">
              {formatMoment(said.at, shop)}
            </Text>
            {said.customerId ? (
              <Link url={`/app/customers/${said.customerId}`}>{said.name ?? `#${said.customerId}`}</Link>
            ) : null}
          </InlineStack>
        </BlockStack>
      ))}
    </>
  );
}
