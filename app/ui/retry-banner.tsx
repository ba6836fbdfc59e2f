import { Banner } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import type { Instant } from "../instant.ts";
import { formatMoment } from "./format.ts";
import { useShop } from "./shop-context.ts";

type Props = { retrying: { triedAt: Instant; nextAt: Instant | null; isUnanswered: boolean } | null };

/** Says why changes have not reached the store yet, when the app tried last, and when it tries next. */
export function RetryBanner({ retrying }: Props) {
  const { t } = useTranslation();
  const shop = useShop();
  if (!retrying) return null;
  const { triedAt, nextAt, isUnanswered } = retrying;
  const sentences = [
    t(isUnanswered ? "app.retry.unanswered" : "app.retry.failed"),
    t("app.retry.tried", { at: formatMoment(triedAt, shop) }),
    nextAt ? t("app.retry.next", { at: formatMoment(nextAt, shop) }) : t("app.retry.now"),
  ];
  return (
    <Banner tone="warning" title={t("app.retry.title")}>
      {sentences.join(" ")}
    </Banner>
  );
}
