import { Card, EmptyState, type EmptyStateProps } from "@shopify/polaris";

/** An empty list: one sentence about what the list will have, and one action. */
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
