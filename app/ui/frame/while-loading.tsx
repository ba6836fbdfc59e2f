import { useLocation, useNavigation } from "@remix-run/react";
import { BlockStack, Card, SkeletonBodyText, SkeletonPage } from "@shopify/polaris";
import { useEffect, useState, type ReactNode } from "react";

const DELAY_MS = 300;

/** Shows the admin's loading bar at once, and after DELAY_MS an outline instead of the page that the merchant leaves. */
export function WhileLoading({ children }: { children: ReactNode }) {
  const { state, location } = useNavigation();
  const here = useLocation().pathname;
  const slow = useSlow(state === "loading" && location.pathname !== here);
  useEffect(() => {
    if ("shopify" in window) shopify.loading(state !== "idle");
  }, [state]);
  return (
    <>
      <div hidden={slow}>{children}</div>
      {slow ? <Outline /> : null}
    </>
  );
}

function useSlow(waiting: boolean): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!waiting) return;
    const timer = setTimeout(() => setSlow(true), DELAY_MS);
    return () => {
      clearTimeout(timer);
      setSlow(false);
    };
  }, [waiting]);
  return waiting && slow;
}

function Outline() {
  return (
    <SkeletonPage fullWidth>
      <BlockStack gap="400">
        {[3, 8].map((lines) => (
          <Card key={lines}>
            <SkeletonBodyText lines={lines} />
          </Card>
        ))}
      </BlockStack>
    </SkeletonPage>
  );
}
