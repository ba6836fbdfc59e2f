// Draws the card as extensions/theme/snippets/offer-card.liquid does. A test compares the HTML of both.
import type { Conditions, Deal, Off, OfferContent, OfferWords } from "../wire.ts";

/** The block's own words in the shopper's language. */
export type BlockWords = Record<
  | ("region" | "percent_off" | "amount_off" | "code" | "copy" | "automatic" | "until" | "dismiss")
  | ("free_shipping" | "buy_free" | "buy_cheaper" | "spend_free" | "spend_cheaper")
  | ("some" | "least_amount" | "least_items"),
  string
>;

type Props = { content: OfferContent; words: OfferWords; says: BlockWords };

/** What the merchant has not typed yet is a gap. */
const GAP = "…";

const fill = (text: string, name: string, value: string) => text.replace(`{{ ${name} }}`, value || GAP);
const countText = (count: number): string => (count > 0 ? String(count) : "");

export function OfferCard({ content, words, says }: Props) {
  const discount = content.shape === "discount" ? content : null;
  const title = words.title || (discount ? offText(discount, words, says) : "");
  return (
    <section className="regulars-offer" aria-label={says.region}>
      <div className="regulars-offer__words">
        <p className="regulars-offer__title h3" role="heading" aria-level={3} dir="auto">
          {title}
        </p>
        {words.text ? (
          <p className="regulars-offer__text" dir="auto">
            {words.text}
          </p>
        ) : null}
        {discount
          ? conditionsOf(discount, words, says).map((text) => (
              <p key={text} className="regulars-offer__condition">
                {text}
              </p>
            ))
          : null}
        {discount ? <How code={discount.code} says={says} /> : null}
        {words.until ? <p className="regulars-offer__until">{fill(says.until, "date", words.until)}</p> : null}
      </div>
      {content.href && words.action ? (
        <span className="regulars-offer__action" dir="auto">
          {words.action}
        </span>
      ) : null}
      <span className="regulars-offer__dismiss" aria-hidden="true">
        ×
      </span>
    </section>
  );
}

function offText(off: Off, words: OfferWords, says: BlockWords): string {
  if (off.shipping) return says.free_shipping;
  if (off.deal) return dealText(off.deal, words, says);
  return off.amount === undefined
    ? fill(says.percent_off, "percent", off.percent)
    : fill(says.amount_off, "amount", words.amount ?? off.amount);
}

function dealText({ least, quantity, share }: Deal, words: OfferWords, says: BlockWords): string {
  const isFree = share === "100";
  const text =
    least.subtotal === undefined
      ? fill(isFree ? says.buy_free : says.buy_cheaper, "buys", countText(least.quantity))
      : fill(isFree ? says.spend_free : says.spend_cheaper, "amount", words.least ?? least.subtotal);
  return fill(fill(text, "gets", countText(quantity)), "percent", share);
}

function conditionsOf({ items, minimum }: Conditions, words: OfferWords, says: BlockWords): string[] {
  const least = minimum?.subtotal;
  return [
    ...(items ? [says.some] : []),
    ...(least === undefined ? [] : [fill(says.least_amount, "amount", words.least ?? least)]),
    ...(minimum?.quantity === undefined ? [] : [fill(says.least_items, "count", countText(minimum.quantity))]),
  ];
}

function How({ code, says }: { code: string | null; says: BlockWords }) {
  // The merchant has not chosen the code yet.
  if (code === "") return null;
  if (code === null) return <p className="regulars-offer__how">{says.automatic}</p>;
  return (
    <p className="regulars-offer__how">
      {says.code}{" "}
      <code className="regulars-offer__code" translate="no" dir="ltr">
        {code}
      </code>{" "}
      <span className="regulars-offer__copy" aria-hidden="true">
        {says.copy}
      </span>
    </p>
  );
}
