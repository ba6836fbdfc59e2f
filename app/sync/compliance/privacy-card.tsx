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
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { dayAt } from "../../local-time.ts";
import { useAct } from "../../ui/editing/act.ts";
import { formatDay, formatPerson } from "../../ui/format.ts";
import { useExport } from "../../ui/save-file.ts";
import { useShop } from "../../ui/shop-context.ts";
import { fileNameFor } from "./file-name.ts";
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
    who: nameOf(t, request),
    received: formatDay(request.receivedAt, shop),
    due: formatDay(request.dueAt, shop),
  }));
  if (!smDown) {
    return (
      <DataTable
        columnContentTypes={["text", "text", "text", "text", "text"]}
        headings={["what", "who", "received", "due", "state"].map((column) => t(`settings.request.${column}`))}
        rows={rows.map(({ request, what, who, received, due }) => [
          what,
          <Who key="who" people={request.people} who={who} />,
          received,
          due,
          <RequestState key="state" request={request} who={who} />,
        ])}
      />
    );
  }
  return (
    <BlockStack gap="400">
      {rows.map(({ request, ...words }) => (
        <BlockStack key={request.id} gap="100">
          <Text as="h3" fontWeight="semibold">
            {words.what}
          </Text>
          <Text as="p" tone="subdued">
            {t("settings.request.line", words)}
          </Text>
          {words.who === NOBODY ? null : <Who people={request.people} who={words.who} />}
          <RequestState request={request} who={words.who} />
        </BlockStack>
      ))}
    </BlockStack>
  );
}

/** Whom a data request is about. An erasure keeps nobody's name. */
function nameOf(t: TFunction, { people, hasFile }: PrivacyRequest): string {
  if (people.length > 0) return people.map(formatPerson).join(", ");
  return hasFile ? t("settings.request.guest") : NOBODY;
}

const NOBODY = "–";

function Who({ people, who }: Pick<PrivacyRequest, "people"> & { who: string }) {
  if (people.length === 0) return <Text as="span">{who}</Text>;
  return (
    <InlineStack gap="200">
      {people.map((person) => (
        <Link key={person.id} url={`/app/customers/${person.id}`}>
          {formatPerson(person)}
        </Link>
      ))}
    </InlineStack>
  );
}

/** The state of a request. An answered data request has a file, which only the merchant can send. */
function RequestState({ request, who }: { request: PrivacyRequest; who: string }) {
  const { t } = useTranslation();
  const shop = useShop();
  const { kind, doneAt, sentAt, hasFile } = request;
  if (!doneAt) return t("settings.open");
  if (kind !== "export customer") return t("settings.request.done", { at: formatDay(doneAt, shop) });
  if (!hasFile) return t("settings.request.nobody");
  return (
    <BlockStack gap="100">
      <Text as="span">
        {sentAt ? t("settings.request.sent", { at: formatDay(sentAt, shop) }) : t("settings.request.send")}
      </Text>
      <InlineStack gap="200" blockAlign="center">
        <FileButton id={request.id} name={fileNameFor(who, dayAt(request.receivedAt, shop.timeZone))} />
        <div className="keeps-its-width">
          <SentButton id={request.id} isSent={sentAt !== null} who={who} />
        </div>
      </InlineStack>
    </BlockStack>
  );
}

/** The merchant sends the file outside of the app, and notes here that it was sent. */
function SentButton({ id, isSent, who }: { id: string; isSent: boolean; who: string }) {
  const { t } = useTranslation();
  const { act, busy, refusal } = useAct({});
  const name = isSent ? "unmark" : "mark";
  return (
    <InlineStack gap="200" blockAlign="center">
      <Button
        {...(isSent ? { variant: "plain" as const } : {})}
        accessibilityLabel={t(`settings.request.${name}_of`, { who })}
        loading={busy}
        onClick={() => act(isSent ? "unsent" : "sent", { request: id })}
      >
        {t(`settings.request.${name}`)}
      </Button>
      {refusal ? <InlineError message={t(refusal.key)} fieldID={`sent ${id}`} /> : null}
    </InlineStack>
  );
}

function FileButton({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation();
  const file = useExport(`/app/privacy-file?${new URLSearchParams({ request: id })}`, name);
  return (
    <InlineStack gap="200" blockAlign="center">
      <Button onClick={file.save} loading={file.busy}>
        {t("settings.request.file")}
      </Button>
      {file.failed ? <InlineError message={t("settings.request.file_failed")} fieldID={id} /> : null}
    </InlineStack>
  );
}
