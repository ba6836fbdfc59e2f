import { Card, EmptyState, type EmptyStateProps } from "@shopify/polaris";

/** One sentence of what will be here, and the one action that fills it. */
export function Empty({
  title,
  text,
  action,
}: {
  title: string;
  text: string;
  action?: NonNullable<EmptyStateProps["action"]>;
}) {
  return (
    <Card>
      <EmptyState heading={title} image="/empty.svg" {...(action ? { action } : {})}>
        <p>{text}</p>
      </EmptyState>
    </Card>
  );
}
