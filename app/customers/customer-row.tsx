import { Badge, BlockStack, Box, IndexTable, InlineStack, Link, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { formatCount, formatDay, formatMoney, formatPerson } from "../ui/format.ts";
import { useShop } from "../ui/shop-context.ts";
import type { CustomerLine } from "./profile.server.ts";
import { rfmGroupText } from "./standing.tsx";

const SHOWN_SEGMENTS = 3;

function SegmentChips({ segments }: Pick<CustomerLine, "segments">) {
  return (
    <InlineStack gap="100">
      {segments.slice(0, SHOWN_SEGMENTS).map(({ id, name }) => (
        <span key={id} className="one-line" title={name}>
          <Badge>{name}</Badge>
        </span>
      ))}
      {segments.length > SHOWN_SEGMENTS ? `+${segments.length - SHOWN_SEGMENTS}` : null}
    </InlineStack>
  );
}

/** `stacked`: draws the row's values below each other, for a phone. */
export function CustomerRow({ customer, at, stacked }: { customer: CustomerLine; at: number; stacked: boolean }) {
  const { t } = useTranslation();
  const shop = useShop();
  const link = (
    <Link url={`/app/customers/${customer.id}`} dataPrimaryLink>
      {formatPerson(customer)}
    </Link>
  );
  const orders = formatCount(customer.numberOfOrders, shop);
  const spent = formatMoney(customer.amountSpent, shop);
  const last = customer.lastOrderAt ? formatDay(customer.lastOrderAt, shop) : "–";
  const group = rfmGroupText(t, customer);
  if (stacked) {
    return (
      <IndexTable.Row id={customer.id} position={at}>
        <Box padding="300">
          <BlockStack gap="100">
            <InlineStack align="space-between" gap="200">
              {link}
              <Text as="span">{spent}</Text>
            </InlineStack>
            <Text as="span" tone="subdued">
              {[t("customers.line", { count: customer.numberOfOrders, orders, last }), customer.rfmGroup && group]
                .filter(Boolean)
                .join(" · ")}
            </Text>
            <SegmentChips segments={customer.segments} />
          </BlockStack>
        </Box>
      </IndexTable.Row>
    );
  }
  return (
    <IndexTable.Row id={customer.id} position={at}>
      <IndexTable.Cell>{link}</IndexTable.Cell>
      <IndexTable.Cell>
        <SegmentChips segments={customer.segments} />
      </IndexTable.Cell>
      <IndexTable.Cell>
        <div style={{ whiteSpace: "normal" }}>{group}</div>
      </IndexTable.Cell>
      <IndexTable.Cell>{last}</IndexTable.Cell>
      {[orders, spent].map((figure, column) => (
        <IndexTable.Cell key={column}>
          <Text as="span" alignment="end" numeric>
            {figure}
          </Text>
        </IndexTable.Cell>
      ))}
    </IndexTable.Row>
  );
}
