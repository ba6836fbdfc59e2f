import { useLocation, useNavigation, useSearchParams } from "@remix-run/react";
import {
  BlockStack,
  Box,
  Card,
  IndexTable,
  InlineStack,
  Pagination,
  Select,
  Text,
  TextField,
  useBreakpoints,
} from "@shopify/polaris";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Fault } from "../errors.ts";
import { Empty } from "../ui/lists/empty.tsx";
import { formatCount } from "../ui/format.ts";
import { useShop } from "../ui/shop-context.ts";
import { CustomerRow } from "./customer-row.tsx";
import type { CustomerLine } from "./profile.server.ts";

type Heading = { title: string; alignment?: "start" | "end" };

type Props = {
  customers: CustomerLine[];
  total: number;
  page: number;
  pages: number;
  search: string;
  /** The search is a query of the segment language. */
  isQuery: boolean;
  /** What is wrong with a search that is a query. */
  fault: Fault | null;
  /** Parts of the query that are valid but probably a mistake. */
  warnings: { code: string; parameters: Record<string, string> }[];
  /** True: the query took too long, and there is no list. */
  slow: boolean;
  sort: string;
  sorts: string[];
  segment: string;
  segments: { id: string; name: string }[];
};

const SEARCH_DELAY_MS = 300;
/** On a phone the two selects stand beside each other. */
const SELECT = { flex: "1 1 9rem", minWidth: 0 };
const NUMERIC = new Set(["orders", "spent"]);

export function CustomerTable(props: Props) {
  const { t } = useTranslation();
  const filtered = props.search !== "" || props.segment !== "";
  if (props.total === 0 && !filtered && !props.slow) {
    return (
      <Empty
        title={t("customers.empty.title")}
        text={t("customers.empty.text")}
        action={{ content: t("customers.empty.action"), url: "/app/sync" }}
      />
    );
  }
  return (
    <BlockStack gap="400">
      <Box paddingInline={{ xs: "400", sm: "0" }}>
        <Filters {...props} />
      </Box>
      {props.slow || (props.fault && props.total === 0) ? null : <Found {...props} />}
    </BlockStack>
  );
}

function Found(props: Props) {
  const { t } = useTranslation();
  const shop = useShop();
  const busy = useNavigation().state === "loading";
  const { smDown } = useBreakpoints();
  const { set } = useListParams();
  return (
    <>
      <Card padding="0">
        <IndexTable
          itemCount={props.customers.length}
          selectable={false}
          loading={busy}
          condensed={smDown}
          headings={
            ["name", "segments", "rfm", "last_order", "orders", "spent"].map((name): Heading => ({
              title: t(`customers.column.${name}`),
              alignment: NUMERIC.has(name) ? "end" : "start",
            })) as [Heading]
          }
          resourceName={{ singular: t("customers.one"), plural: t("customers.many") }}
          emptyState={
            <Text as="p" alignment="center" tone="subdued">
              {t(`customers.none_found.${placeOfSearch(props)}`)}
            </Text>
          }
        >
          {props.customers.map((customer, at) => (
            <CustomerRow key={customer.id} customer={customer} at={at} stacked={smDown} />
          ))}
        </IndexTable>
      </Card>
      <InlineStack align="center">
        {props.total === 0 ? null : (
          <Pagination
            label={t("customers.range", {
              page: formatCount(props.page, shop),
              pages: formatCount(props.pages, shop),
              found: t("customers.found", { count: props.total, shown: formatCount(props.total, shop) }),
            })}
            hasPrevious={props.page > 1}
            hasNext={props.page < props.pages}
            onPrevious={() => set({ page: String(props.page - 1) })}
            onNext={() => set({ page: String(props.page + 1) })}
          />
        )}
      </InlineStack>
    </>
  );
}

function placeOfSearch({ search, segment }: Props): "in_store" | "in_segment" | "members" {
  if (segment === "") return "in_store";
  return search === "" ? "members" : "in_segment";
}

/** Search, filter, sort and page are parameters of the URL. */
function useListParams() {
  const [params, setParams] = useSearchParams();
  const set = (changes: Record<string, string>, { replace = false } = {}) => {
    const next = new URLSearchParams(params);
    for (const [name, value] of Object.entries(changes)) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    setParams(next, { preventScrollReset: true, replace });
  };
  return { set };
}

/**
 * What is typed and not in the address yet. Null: the field shows the address, which the menu and Back change, too. Each text is sent
 * once, however long the answer takes.
 */
function useTyped(search: string, send: (typed: string) => void) {
  const { key } = useLocation();
  const [typed, setTyped] = useState<string | null>(null);
  const [sent, setSent] = useState(search);
  const [shown, setShown] = useState(key);
  if (shown !== key) {
    setShown(key);
    if (search === typed || search !== sent) setTyped(null);
    setSent(search);
  }
  const latest = useRef(send);
  useEffect(() => {
    latest.current = send;
  });
  useEffect(() => {
    if (typed === null) return;
    const timer = setTimeout(() => {
      setSent(typed);
      latest.current(typed);
    }, SEARCH_DELAY_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return [typed, setTyped] as const;
}

function Filters({ search, isQuery, warnings, fault, slow, sort, sorts, segment, segments }: Props) {
  const { t } = useTranslation();
  const { set } = useListParams();
  const { smDown } = useBreakpoints();
  const [typed, setTyped] = useTyped(search, (q) => set({ q, page: "" }, { replace: true }));
  const warned = warnings.map(({ code, parameters }) => t(`segments.warning.${code}`, parameters));
  return (
    <InlineStack gap="300" blockAlign="start">
      <div style={{ flex: "3 1 18rem" }}>
        <TextField
          label={t("customers.search")}
          labelHidden
          error={
            slow
              ? t("customers.slow")
              : fault
                ? t("customers.fault", { fault: t(fault.key, fault.parameters ?? {}) })
                : undefined
          }
          helpText={isQuery ? [t("customers.is_query"), ...warned].join(". ") : undefined}
          placeholder={t("customers.search")}
          value={typed ?? search}
          onChange={setTyped}
          clearButton
          onClearButtonClick={() => setTyped("")}
          autoComplete="off"
        />
      </div>
      <div style={SELECT}>
        <Select
          label={t("customers.segment")}
          labelInline={!smDown}
          labelHidden={smDown}
          value={segment}
          onChange={(id) => set({ segment: id, page: "" })}
          options={[
            { value: "", label: t("customers.everyone") },
            ...segments.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
      </div>
      <div style={SELECT}>
        <Select
          label={t("customers.sort.label")}
          labelInline={!smDown}
          labelHidden={smDown}
          value={sort}
          onChange={(name) => set({ sort: name, page: "" })}
          options={sorts.map((name) => ({ value: name, label: t(`customers.sort.${name}`) }))}
        />
      </div>
    </InlineStack>
  );
}
