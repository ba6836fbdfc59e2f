import { BlockStack, Card, InlineStack, Link, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { BarChart } from "../ui/bar-chart.tsx";
import { formatMoment } from "../ui/format.ts";
import { useShop } from "../ui/shop-context.ts";

type Bar = { value: string; count: number; share: number; low: number; high: number };
type Said = { text: string; at: string | Date; customerId: string | null; name: string | null };
type Result = {
  handle: string;
  label: string;
  chart: string;
  responses: number;
  bars: Bar[];
  score: number | null;
  texts: Said[];
};

/** Per question what they say, and how sure one can be of it. */
export function ResultsView({
  handle,
  results,
}: {
  handle: string;
  results: { responses: number; questions: Result[] };
}) {
  const { t } = useTranslation();
  if (results.responses === 0) {
    return (
      <Card>
        <Text as="p">{t("surveys.result.none")}</Text>
      </Card>
    );
  }
  return (
    <BlockStack gap="400">
      {results.questions.map((question) => (
        <Card key={question.handle}>
          <BlockStack gap="300">
            {question.chart === "texts" ? <Texts question={question} /> : <Bars question={question} survey={handle} />}
          </BlockStack>
        </Card>
      ))}
    </BlockStack>
  );
}

function Bars({ question, survey }: { question: Result; survey: string }) {
  const { t } = useTranslation();
  const bars = question.bars.map(({ value, count, low, high }) => ({
    label: value,
    count,
    interval: { low, high },
    url: `/app/segments/new?query=${encodeURIComponent(queryFor(survey, question, value))}`,
  }));
  return (
    <>
      {question.score === null ? null : (
        <Text as="p" variant="headingLg">
          {t("surveys.result.score", { score: question.score })}
        </Text>
      )}
      <BarChart title={question.label} unit={t("surveys.result.unit")} bars={bars} total={question.responses} />
      <Text as="p" tone="subdued">
        {t("surveys.result.interval", { count: question.responses })}
      </Text>
    </>
  );
}

const quoted = (text: string) => `'${text.replaceAll("'", "\\'")}'`;

function queryFor(survey: string, { handle, chart }: Result, value: string): string {
  const literal = chart === "scale" ? value : quoted(value);
  return `survey_answer MATCHES (survey = ${quoted(survey)}, question = ${quoted(handle)}, value = ${literal})`;
}

function Texts({ question }: { question: Result }) {
  const { t } = useTranslation();
  const shop = useShop();
  return (
    <>
      <Text as="h3" variant="headingSm">
        {question.label}
      </Text>
      {question.texts.length === 0 ? <Text as="p">{t("surveys.result.no_texts")}</Text> : null}
      {question.texts.map((said) => (
        <BlockStack key={`${String(said.at)} ${said.text}`}>
          <Text as="p" breakWord>
            {said.text}
          </Text>
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
