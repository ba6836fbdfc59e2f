import {
  Badge,
  BlockStack,
  Box,
  Button,
  Card,
  IndexTable,
  InlineGrid,
  InlineStack,
  Link,
  Text,
  useBreakpoints,
} from "@shopify/polaris";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { formatCount, formatMean, formatShare } from "../ui/format.ts";
import { useShop } from "../ui/shop-context.ts";
import type { Headline } from "./results/headline.server.ts";
import type { SeenAs } from "./seen-as.ts";
import { templates } from "./editor/templates.ts";

type Line = {
  id: string;
  name: string;
  seen: SeenAs;
  responses: number;
  answersToday: number;
  placements: string[];
  headline: Headline | null;
};

/** On a phone, a card fills the width of the screen, and text beside a card needs a margin. */
const MARGIN = { xs: "400", sm: "0" } as const;
const COLUMNS = ["name", "state", "says", "where", "today", "answers"];
const NUMERIC = new Set(["today", "answers"]);
const TONES = { active: "success", draft: "new", started: "info", not_asked: "critical", ended: "new" } as const;

export function SeenBadge({ seen }: { seen: SeenAs }) {
  const { t } = useTranslation();
  return <Badge tone={TONES[seen]}>{t(`surveys.seen.${seen}`)}</Badge>;
}

export function SurveyList({ surveys }: { surveys: Line[] }) {
  const { t } = useTranslation();
  const { smDown } = useBreakpoints();
  if (surveys.length === 0) {
    return (
      <BlockStack gap="400">
        <Box paddingInline={MARGIN}>
          <Text as="p">{t("surveys.empty")}</Text>
        </Box>
        <Templates />
      </BlockStack>
    );
  }
  return (
    <BlockStack gap="400">
      <Card padding="0">
        <IndexTable
          itemCount={surveys.length}
          selectable={false}
          condensed={smDown}
          headings={COLUMNS.map((name) => headingOf(t, name)) as [Heading]}
          resourceName={{ singular: t("surveys.one"), plural: t("surveys.many") }}
        >
          {surveys.map((survey, at) => (
            <SurveyRow key={survey.id} survey={survey} at={at} stacked={smDown} />
          ))}
        </IndexTable>
      </Card>
      <Box paddingInline={MARGIN}>
        <Text as="h2" variant="headingMd">
          {t("surveys.more")}
        </Text>
      </Box>
      <Templates />
    </BlockStack>
  );
}

type Heading = { title: string; alignment?: "start" | "end" };

const headingOf = (t: TFunction, name: string): Heading => ({
  title: t(`surveys.column.${name}`),
  alignment: NUMERIC.has(name) ? "end" : "start",
});

function useLine(survey: Line) {
  const { t } = useTranslation();
  const shop = useShop();
  const { id, name, seen, responses, answersToday, placements, headline } = survey;
  return {
    link: (
      <Link url={`/app/surveys/${id}${responses > 0 ? "/results" : ""}`} dataPrimaryLink>
        {name}
      </Link>
    ),
    badge: <SeenBadge seen={seen} />,
    today: formatCount(answersToday, shop),
    answers: formatCount(responses, shop),
    says:
      headline?.shape === "score"
        ? t("surveys.says.score", { score: headline.score })
        : headline?.shape === "mean"
          ? t("surveys.says.mean", { mean: formatMean(headline.mean, shop) })
          : headline
            ? t("surveys.says.top", { value: headline.value, share: formatShare(headline.share, shop) })
            : "–",
    where: placements.map((place) => t(`surveys.surface.${place}`)).join(", "),
  };
}

/** A row of the list. On a phone its cells are one below the other. */
function SurveyRow({ survey, at, stacked }: { survey: Line; at: number; stacked: boolean }) {
  const { t } = useTranslation();
  const { link, badge, today, answers, says, where } = useLine(survey);
  if (stacked) {
    return (
      <IndexTable.Row id={survey.id} position={at}>
        <Box padding="300">
          <BlockStack gap="100">
            <InlineStack align="space-between" gap="200">
              {link}
              {badge}
            </InlineStack>
            {says === "–" ? null : <Text as="span">{says}</Text>}
            <Text as="span" tone="subdued">
              {t("surveys.line", { count: survey.responses, answers, today, where })}
            </Text>
          </BlockStack>
        </Box>
      </IndexTable.Row>
    );
  }
  const figure = (text: string) => (
    <Text as="span" alignment="end" numeric>
      {text}
    </Text>
  );
  return (
    <IndexTable.Row id={survey.id} position={at}>
      {[link, badge, says, where, figure(today), figure(answers)].map((cell, column) => (
        <IndexTable.Cell key={COLUMNS[column]}>
          <div style={{ whiteSpace: "normal" }}>{cell}</div>
        </IndexTable.Cell>
      ))}
    </IndexTable.Row>
  );
}

/** The templates from which a merchant can start a survey. */
function Templates() {
  const { t } = useTranslation();
  return (
    <InlineGrid columns={{ xs: 1, md: 3 }} gap="400">
      {Object.keys(templates).map((name) => (
        <Card key={name}>
          <BlockStack gap="200" inlineAlign="start">
            <Text as="h3" variant="headingMd">
              {t(`surveys.template.${name}.name`)}
            </Text>
            <Text as="p">{t(`surveys.template.${name}.why`)}</Text>
            <Button
              url={`/app/surveys/new?template=${name}`}
              accessibilityLabel={t("surveys.use_named", { name: t(`surveys.template.${name}.name`) })}
            >
              {t("surveys.use")}
            </Button>
          </BlockStack>
        </Card>
      ))}
    </InlineGrid>
  );
}
