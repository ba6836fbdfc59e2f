import { BlockStack, Button, InlineStack, Text } from "@shopify/polaris";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { TimelineEntry } from "./timeline.server.ts";

/** A longer answer is folded. */
const FOLDED = 240;

const textOf = (value: unknown): string =>
  Array.isArray(value) ? value.join(", ") : typeof value === "string" ? value : "";

/** Each question with its answer below it. A question without a stored text has its short name. */
export function AnswerLines({ answers }: { answers: TimelineEntry[] }) {
  return answers.map(({ id, data }) => (
    <BlockStack key={id}>
      <Text as="p" tone="subdued">
        {textOf(data["asked"]) || textOf(data["question"])}
      </Text>
      <Folded text={textOf(data["answers"])} />
    </BlockStack>
  ));
}

function Folded({ text }: { text: string }) {
  const { t } = useTranslation();
  const [whole, setWhole] = useState(false);
  const isLong = text.length > FOLDED;
  return (
    <>
      <Text as="p" breakWord>
        {isLong && !whole ? `${text.slice(0, FOLDED).trimEnd()}…` : text}
      </Text>
      {isLong ? (
        <InlineStack>
          <Button variant="plain" ariaExpanded={whole} onClick={() => setWhole(!whole)}>
            {t(whole ? "customers.shorter_text" : "customers.whole_text")}
          </Button>
        </InlineStack>
      ) : null}
    </>
  );
}
