import { Button, Collapsible, DataTable, InlineStack, type DataTableProps } from "@shopify/polaris";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";

type Props = Pick<DataTableProps, "columnContentTypes" | "headings" | "rows">;

/** A chart's figures as a table, which a button opens. */
export function ChartTable(table: Props) {
  const { t } = useTranslation();
  const id = useId();
  const [open, setOpen] = useState(false);
  return (
    <>
      <InlineStack>
        <Button variant="plain" ariaExpanded={open} ariaControls={id} onClick={() => setOpen(!open)}>
          {t(open ? "app.chart.hide_table" : "app.chart.show_table")}
        </Button>
      </InlineStack>
      <Collapsible id={id} open={open}>
        <DataTable {...table} />
      </Collapsible>
    </>
  );
}
