import {
  BlockStack,
  Button,
  Card,
  DataTable,
  InlineError,
  InlineStack,
  Link,
  Text,
  useBreakpoints,
} from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { formatDay, formatPerson } from "../../ui/format.ts";
import { useExport } from "../../ui/save-file.ts";
import { useShop } from "../../ui/shop-context.ts";
import type { PrivacyRequest } from "./privacy-requests.server.ts";

/** Privacy requests: when each request is due, and what the merchant still has to do. */
export function PrivacyCard({ requests }: { requests: PrivacyRequest[] }) {
  const { t } = useTranslation();
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {t("settings.privacy")}
        </Text>
        <Text as="p">{t("settings.privacy_text")}</Text>
        {requests.length === 0 ? (
          <Text as="p" tone="subdued">
            {t("settings.no_requests")}
          </Text>
        ) : (
          <RequestTable requests={requests} />
        )}
      </BlockStack>
    </Card>
  );
}

function RequestTable({ requests }: { requests: PrivacyRequest[] }) {
  const { t } = useTranslation();
  const shop = useShop();
  const { smDown } = useBreakpoints();
  const rows = requests.map((request) => ({
    request,
    what: t(`settings.request.kind.${request.kind.replace(" ", "_")}`),
    received: formatDay(request.receivedAt, shop),
    due: formatDay(request.dueAt, shop),
  }));
  if (!smDown) {
    return (
      <DataTable
        columnContentTypes={["text", "text", "text", "text"]}
        headings={["what", "received", "due", "state"].map((column) => t(`settings.request.${column}`))}
        rows={rows.map(({ request, what, received, due }) => [
          what,
          received,
          due,
          <RequestState key={request.id} request={request} />,
        ])}
      />
    );
  }
  return rows.map(({ request, ...words }) => (
    <BlockStack key={request.id} gap="100">
      <Text as="h3" fontWeight="semibold">
        {words.what}
      </Text>
      <Text as="p" tone="subdued">
        {t("settings.request.line", words)}
      </Text>
      <RequestState request={request} />
    </BlockStack>
  ));
}

/** The state of a request. An answered data request shows its customers and the file, which only the merchant can send. */
function RequestState({ request }: { request: PrivacyRequest }) {
  const { t } = useTranslation();
  const shop = useShop();
  const { kind, doneAt, people, hasFile } = request;
  if (!doneAt) return t("settings.open");
  if (kind !== "export customer") return t("settings.request.done", { at: formatDay(doneAt, shop) });
  if (!hasFile) return t("settings.request.nobody");
  return (
    <BlockStack gap="100">
      <InlineStack gap="200">
        {people.map((person) => (
          <Link key={person.id} url={`/app/customers/${person.id}`}>
            {formatPerson(person)}
          </Link>
        ))}
        {people.length === 0 ? <Text as="span">{t("settings.request.guest")}</Text> : null}
      </InlineStack>
      <Text as="span" tone="subdued">
        {t("settings.request.send")}
      </Text>
      <FileButton id={request.id} />
    </BlockStack>
  );
}

function FileButton({ id }: { id: string }) {
  const { t } = useTranslation();
  const file = useExport(`/app/privacy-file?${new URLSearchParams({ request: id })}`, "personal-data.html");
  return (
    <InlineStack gap="200" blockAlign="center">
      <Button onClick={file.save} loading={file.busy}>
        {t("settings.request.file")}
      </Button>
      {file.failed ? <InlineError message={t("settings.request.file_failed")} fieldID={id} /> : null}
    </InlineStack>
  );
}
