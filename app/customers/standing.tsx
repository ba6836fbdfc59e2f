import { Badge, Banner, BlockStack, Card, InlineStack, Link, Text } from "@shopify/polaris";
import type { TFunction } from "i18next";
import { Fragment, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { formatCode, formatCount, formatDay, formatMoney } from "../ui/format.ts";
import { useShop, type ShopContext } from "../ui/shop-context.ts";
import { codeText } from "../ui/words.ts";
import { causeKey } from "./cause.ts";
import type { CustomerLine, Profile } from "./profile.server.ts";
import type { Instant } from "../instant.ts";

/** Warns where our totals differ from Shopify's, or leave orders out. */
function Differences({ profile }: { profile: Profile }) {
  const { t } = useTranslation();
  const shop = useShop();
  return (
    <>
      {profile.gap ? (
        <Banner tone="warning">
          {t("customers.gap", {
            orders: formatCount(profile.gap.orders, shop),
            spent: formatMoney(profile.gap.spent, { ...shop, ...profile.gap }),
          })}
        </Banner>
      ) : null}
      {profile.uncountedOrders > 0 ? (
        <Banner tone="warning">
          {t("customers.uncounted", {
            count: profile.uncountedOrders,
            shown: formatCount(profile.uncountedOrders, shop),
            currency: shop.currency,
          })}
        </Banner>
      ) : null}
    </>
  );
}

/** The customer's figures, consent, and segments with the day of entry. */
export function Standing({ profile, now }: { profile: Profile; now: Instant }) {
  const { t } = useTranslation();
  const shop = useShop();
  const day = (at: Instant | null) => (at ? formatDay(at, shop) : "–");
  const usualGap = usualGapOf(profile);
  const next = nextOrder(profile, usualGap);
  const overdue = next !== null && next < now;
  const expected = overdue ? t("customers.overdue", { at: day(next) }) : day(next);
  const facts: [string, string][] = [
    ["orders", formatCount(profile.numberOfOrders, shop)],
    ["spent", formatMoney(profile.amountSpent, shop)],
    ["last_order", day(profile.lastOrderAt)],
    ["first_order", day(profile.firstOrderAt)],
    ["rfm", rfmText(t, profile, shop)],
    ["next_order", expected],
    ["usual_gap", usualGap === null ? "–" : t("customers.days", { count: usualGap })],
    ["added", day(profile.addedAt)],
    ["email", profile.email ?? "–"],
    ["phone", profile.phone ?? "–"],
    ["address", addressOf(profile, shop)],
    ["language", profile.locale ? formatCode(profile.locale, "language", shop) : "–"],
    ["tags", profile.tags.join(", ") || "–"],
    ["note", profile.note?.trim() || "–"],
  ];
  return (
    <>
      <Differences profile={profile} />
      <Card>
        <BlockStack gap="200">
          <Text as="h2" variant="headingSm">
            {t("customers.standing")}
          </Text>
          {facts.map(([name, value]) => (
            <InlineStack key={name} align="space-between" gap="200" wrap={false}>
              <div className="keeps-its-width">
                <Text as="span" tone="subdued">
                  {t(`customers.fact.${name}`)}
                </Text>
              </div>
              <Text as="span" alignment="end" breakWord>
                {breakable(value)}
              </Text>
            </InlineStack>
          ))}
        </BlockStack>
      </Card>
      <Consent email={profile.emailSubscriptionStatus} sms={profile.smsSubscriptionStatus} />
      <Card>
        <BlockStack gap="200">
          <Text as="h2" variant="headingSm">
            {t("customers.segments")}
          </Text>
          {profile.segments.length === 0 ? <Text as="p">{t("customers.no_segments")}</Text> : null}
          {profile.segments.map((segment) => (
            <InlineStack key={segment.id} align="space-between" gap="200">
              <Link url={`/app/segments/${segment.id}`}>{segment.name}</Link>
              <Text as="span" tone="subdued">
                {t(`customers.cause.${causeKey(segment.cause)}`, { at: formatDay(segment.enteredAt, shop) })}
              </Text>
            </InlineStack>
          ))}
        </BlockStack>
      </Card>
    </>
  );
}

/** A long email address goes on in the next line behind its @, and not before its last letter. */
const breakable = (text: string): ReactNode =>
  text.split(/(?<=@)/).map((part, at) => (
    <Fragment key={at}>
      {at > 0 ? <wbr /> : null}
      {part}
    </Fragment>
  ));

/** Shopify's name of the group. */
export const rfmGroupText = (t: TFunction, { rfmGroup }: Pick<CustomerLine, "rfmGroup">): string =>
  rfmGroup === null ? "–" : t(`customers.rfm.${rfmGroup}`, { defaultValue: codeText(rfmGroup) });

/** Shopify computes the group. The text says when an import last read it. */
function rfmText(t: TFunction, { rfmGroup, rfmAt }: Profile, shop: ShopContext): string {
  const group = rfmGroupText(t, { rfmGroup });
  if (rfmGroup === null) return group;
  return rfmAt
    ? t("customers.rfm_as_of", { group, at: formatDay(rfmAt, shop) })
    : t("customers.rfm_as_of_unknown", { group });
}

function Consent({ email, sms }: { email: string; sms: string }) {
  const { t } = useTranslation();
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingSm">
          {t("customers.consent")}
        </Text>
        {Object.entries({ email, sms }).map(([channel, state]) => (
          <InlineStack key={channel} align="space-between">
            <Text as="span">{t(`customers.channel.${channel}`)}</Text>
            <Badge {...(state === "SUBSCRIBED" ? { tone: "success" as const } : {})}>
              {t(`customers.subscription.${state}`, { defaultValue: codeText(state) })}
            </Badge>
          </InlineStack>
        ))}
      </BlockStack>
    </Card>
  );
}

const DAY_MS = 86_400_000;

/** Two orders have one gap, which is too few for a usual gap. */
const FEWEST_ORDERS = 3;

/** In days. Null: too few orders, or all orders are of one day. */
const usualGapOf = ({ usualGapDays, numberOfOrders }: Profile): number | null =>
  numberOfOrders < FEWEST_ORDERS ? null : Math.round(usualGapDays ?? 0) || null;

/** The last order's instant plus the usual gap. Null: one of the two is unknown. */
function nextOrder({ lastOrderAt }: Profile, usualGap: number | null): Instant | null {
  if (lastOrderAt === null || usualGap === null) return null;
  return new Date(lastOrderAt.getTime() + usualGap * DAY_MS);
}

/** Countries in which people write the region's code in an address. */
const COUNTRIES_WITH_REGION = new Set(["US", "CA", "AU", "BR", "IT"]);

function addressOf({ addresses: [first] }: Profile, shop: ShopContext): string {
  const { address1, address2, city, regionCode, zip, countryCode } = first ?? {};
  const region = COUNTRIES_WITH_REGION.has(countryCode ?? "") ? regionCode : null;
  const country = countryCode ? formatCode(countryCode, "region", shop) : null;
  return [address1, address2, city, region, zip, country].filter(Boolean).join(", ") || "–";
}
