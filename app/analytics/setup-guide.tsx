import {
  Banner,
  BlockStack,
  Box,
  Button,
  Card,
  Icon,
  InlineStack,
  ProgressBar,
  Text,
  useBreakpoints,
} from "@shopify/polaris";
import { CheckCircleIcon, MinusCircleIcon } from "@shopify/polaris-icons";
import { useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { editorUrl, stands, type BlockName, type Blocks } from "../blocks.ts";
import { useShop } from "../ui/shop-context.ts";
import type { Progress } from "./figures.server.ts";

/** Both icons have this width, so that all titles begin at one line. */
const ICON = "1.25rem";

type Step = { name: string; done: boolean; url: string; external?: true };

const DISMISSED = "regulars.setup.dismissed";

type Props = { progress: Progress; blocks: Blocks; clientId: string };

/** The setup guide. A step is done once its result exists. The merchant can dismiss the guide once all steps are done. */
export function SetupGuide({ progress, blocks, clientId }: Props) {
  const { t } = useTranslation();
  const { domain } = useShop();
  const [hidden, setHidden] = useDismissed();
  const step = (name: string, block: BlockName, done: boolean): Step => ({
    ...{ name, done, url: editorUrl(domain, clientId, block), external: true },
  });
  const steps: Step[] = [
    { name: "sync", done: progress.synced, url: "/app/sync" },
    { name: "segment", done: progress.segment, url: "/app/segments/new" },
    { name: "offer", done: progress.offer, url: "/app/offers/new" },
    step("block", "offer", stands(blocks.offer) === true),
    { name: "survey", done: progress.survey, url: "/app/surveys/new" },
    step(
      "survey_block",
      "thank_you",
      [blocks.thank_you, blocks.survey].some((block) => stands(block) === true),
    ),
  ];
  const done = steps.filter((step) => step.done).length;
  const next = steps.find((step) => !step.done);
  if (hidden && !next) return null;
  // Once all steps are done, one line replaces the guide, so that the figures come first.
  if (!next) return <AllDone onDismiss={setHidden} />;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t("home.setup.title")}
        </Text>
        <Text as="p" tone="subdued">
          {t("home.setup.progress", { done, all: steps.length })}
        </Text>
        <ProgressBar progress={Math.round((done / steps.length) * 100)} size="small" ariaLabelledBy="setup-steps" />
        <BlockStack gap="200" id="setup-steps">
          {steps.map((step) => (
            <StepRow key={step.name} step={step} primary={step === next} />
          ))}
        </BlockStack>
      </BlockStack>
    </Card>
  );
}

function AllDone({ onDismiss }: { onDismiss: () => void }) {
  const { t } = useTranslation();
  return (
    <Banner tone="success" onDismiss={onDismiss}>
      {t("home.setup.all_done")}
    </Banner>
  );
}

const noSubscription = () => () => undefined;

/** A browser may refuse storage to a frame of another site. */
function wasDismissed(): boolean {
  try {
    return localStorage.getItem(DISMISSED) === "yes";
  } catch {
    return false;
  }
}

/** Whether the guide is dismissed in this browser, and a function that dismisses it. On the server the guide is not dismissed. */
function useDismissed(): [boolean, () => void] {
  const [now, setNow] = useState(false);
  const before = useSyncExternalStore(noSubscription, wasDismissed, () => false);
  const dismiss = () => {
    setNow(true);
    try {
      localStorage.setItem(DISMISSED, "yes");
    } catch {
      // Without storage the guide is dismissed until the page is loaded again.
    }
  };
  return [now || before, dismiss];
}

function StepRow({ step, primary }: { step: Step; primary: boolean }) {
  const { t } = useTranslation();
  const { smDown } = useBreakpoints();
  const link = step.external ? { url: step.url, target: "_top" as const } : { url: step.url };
  const action = step.done ? null : (
    <Button {...link} variant={primary ? "primary" : "secondary"}>
      {t(`home.setup.${step.name}.action`)}
    </Button>
  );
  return (
    <Box padding="200" borderRadius="200" {...(primary ? { background: "bg-surface-secondary" } : {})}>
      <InlineStack gap="300" blockAlign={smDown ? "start" : "center"} wrap={false}>
        <Box width={ICON} minWidth={ICON}>
          <Icon
            source={step.done ? CheckCircleIcon : MinusCircleIcon}
            tone={step.done ? "success" : "subdued"}
            accessibilityLabel={t(step.done ? "home.setup.done" : "home.setup.open")}
          />
        </Box>
        <Box width="100%">
          <Text as="h3" variant="headingSm">
            {t(`home.setup.${step.name}.title`)}
          </Text>
          <Text as="p" tone="subdued">
            {t(`home.setup.${step.name}.text`)}
          </Text>
          {smDown && action ? <Box paddingBlockStart="200">{action}</Box> : null}
        </Box>
        {smDown || !action ? null : <div style={{ flex: "none" }}>{action}</div>}
      </InlineStack>
    </Box>
  );
}
