import { useAppBridge } from "@shopify/app-bridge-react";
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
import { useEffect, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useShop } from "../ui/shop-context.ts";
import type { Progress } from "./figures.server.ts";

type Step = { name: string; done: boolean; url: string; external?: true };

const DISMISSED = "regulars.setup.dismissed";

/** Ticks itself off from what is really there; can be put away once all is done. */
export function SetupGuide({ progress, clientId }: { progress: Progress; clientId: string }) {
  const { t } = useTranslation();
  const { domain } = useShop();
  const blockOn = useThemeBlockOn();
  const [hidden, setHidden] = usePutAway();
  const editor = `https://${domain}/admin/themes/current/editor?template=index&addAppBlockId=${clientId}/offer&target=newAppsSection`;
  const steps: Step[] = [
    { name: "sync", done: progress.synced, url: "/app/sync" },
    { name: "segment", done: progress.segments > 0, url: "/app/segments/new" },
    { name: "offer", done: progress.offers > 0, url: "/app/offers/new" },
    { name: "block", done: blockOn, url: editor, external: true },
    { name: "survey", done: progress.surveys > 0, url: "/app/surveys/new" },
  ];
  const done = steps.filter((step) => step.done).length;
  const next = steps.find((step) => !step.done);
  if (hidden && !next) return null;
  // Once all is done the figures below are what one comes for.
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
        <ProgressBar progress={(done / steps.length) * 100} size="small" ariaLabelledBy="setup-steps" />
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

const nobodyElse = () => () => undefined;

/** A browser may refuse a frame of another site to keep anything. */
function wasPutAway(): boolean {
  try {
    return localStorage.getItem(DISMISSED) === "yes";
  } catch {
    return false;
  }
}

/** Remembered on this device; the server draws the guide. */
function usePutAway(): [boolean, () => void] {
  const [now, setNow] = useState(false);
  const before = useSyncExternalStore(nobodyElse, wasPutAway, () => false);
  const putAway = () => {
    setNow(true);
    try {
      localStorage.setItem(DISMISSED, "yes");
    } catch {
      // For as long as the page is open, then.
    }
  };
  return [now || before, putAway];
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
        <Box>
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

type Activation = { status?: string };
type Extension = { type: string; activations: Activation[] };

/** Whether the theme has one of our blocks switched on, as the admin tells; false until it answers. */
function useThemeBlockOn(): boolean {
  const shopify = useAppBridge();
  const [on, setOn] = useState(false);
  useEffect(() => {
    const app: unknown = Reflect.get(shopify, "app");
    if (!(app instanceof Object) || typeof Reflect.get(app, "extensions") !== "function") return;
    const ask = Reflect.get(app, "extensions") as () => Promise<Extension[]>;
    ask().then(
      (extensions) =>
        setOn(
          extensions.some(
            ({ type, activations }) => type.includes("theme") && activations.some(({ status }) => status === "active"),
          ),
        ),
      () => setOn(false),
    );
  }, [shopify]);
  return on;
}
