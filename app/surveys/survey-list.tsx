import { Badge, BlockStack, Box, Button, Card, IndexTable, InlineGrid, Link, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { formatCount } from "../ui/format.ts";
import { useShop } from "../ui/shop-context.ts";
import { templates } from "./templates.ts";

type Line = { id: string; name: string; state: string; responses: number; answersToday: number; placements: string[] };

/** On a phone, cards reach from edge to edge; words beside them do not. */
const MARGIN = { xs: "400", sm: "0" } as const;
const COLUMNS = ["name", "state", "today", "answers", "where"];
const TONES = { active: "success", draft: "info" } as const;

export function SurveyList({ surveys }: { surveys: Line[] }) {
  const { t } = useTranslation();
  const shop = useShop();
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
          headings={COLUMNS.map((name) => ({ title: t(`surveys.column.${name}`) })) as [{ title: string }]}
          resourceName={{ singular: t("surveys.one"), plural: t("surveys.many") }}
        >
          {surveys.map((survey, at) => (
            <IndexTable.Row key={survey.id} id={survey.id} position={at}>
              <IndexTable.Cell>
                <Link url={`/app/surveys/${survey.id}${survey.responses > 0 ? "/results" : ""}`} dataPrimaryLink>
                  {survey.name}
                </Link>
              </IndexTable.Cell>
              <IndexTable.Cell>
                <Badge {...(survey.state in TONES ? { tone: TONES[survey.state as keyof typeof TONES] } : {})}>
                  {t(`surveys.state.${survey.state}`)}
                </Badge>
              </IndexTable.Cell>
              <IndexTable.Cell>{formatCount(survey.answersToday, shop)}</IndexTable.Cell>
              <IndexTable.Cell>{formatCount(survey.responses, shop)}</IndexTable.Cell>
              <IndexTable.Cell>
                {survey.placements.map((place) => t(`surveys.surface.${place}`)).join(", ")}
              </IndexTable.Cell>
            </IndexTable.Row>
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

/** A survey is a template away. */
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
