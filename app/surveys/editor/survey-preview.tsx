import { BlockStack, Box, Button, Card, ChoiceList, InlineGrid, InlineStack, Text, TextField } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import type { AskedQuestion, AskedSurvey } from "../wire.ts";

const ignore = () => undefined;

/** The survey as the thank-you page asks it, in the chosen language. */
export function SurveyPreview({ survey }: { survey: AskedSurvey }) {
  const { t } = useTranslation();
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingSm" tone="subdued">
          {t("surveys.preview")}
        </Text>
        <div dir="auto">
          <Box padding="400" borderWidth="025" borderColor="border" borderRadius="200">
            <BlockStack gap="400">
              {survey.title ? (
                <Text as="h3" variant="headingMd">
                  {survey.title}
                </Text>
              ) : null}
              {survey.questions.length === 0 ? <Text as="p">{t("surveys.no_questions")}</Text> : null}
              {survey.questions.map((question) => (
                <Asked key={question.handle} question={question} submit={survey.submit} />
              ))}
            </BlockStack>
          </Box>
        </div>
      </BlockStack>
    </Card>
  );
}

function Asked({ question, submit }: { question: AskedQuestion; submit: string }) {
  if (question.shape === "text") {
    return <TextField label={question.label} value="" onChange={ignore} multiline={2} autoComplete="off" readOnly />;
  }
  if (question.shape === "date") {
    return <TextField label={question.label} type="date" value="" onChange={ignore} autoComplete="off" readOnly />;
  }
  if (question.shape === "scale") {
    const steps = Array.from({ length: question.to - question.from + 1 }, (_, step) => question.from + step);
    return (
      <BlockStack gap="200">
        <Text as="p" fontWeight="semibold">
          {question.label}
        </Text>
        <InlineGrid columns={6} gap="100">
          {steps.map((step) => (
            <Button key={step} size="micro" fullWidth>
              {String(step)}
            </Button>
          ))}
        </InlineGrid>
        <InlineStack align="space-between">
          <Text as="span" tone="subdued">
            {question.low ? `${question.from} – ${question.low}` : null}
          </Text>
          <Text as="span" tone="subdued">
            {question.high ? `${question.to} – ${question.high}` : null}
          </Text>
        </InlineStack>
      </BlockStack>
    );
  }
  if (question.multiple) {
    return (
      <ChoiceList title={question.label} allowMultiple choices={question.choices} selected={[]} onChange={ignore} />
    );
  }
  return (
    <BlockStack gap="200">
      <Text as="p" fontWeight="semibold">
        {question.label}
      </Text>
      {question.choices.map(({ value, label }) => (
        <Button key={value} fullWidth>
          {label || submit}
        </Button>
      ))}
    </BlockStack>
  );
}
