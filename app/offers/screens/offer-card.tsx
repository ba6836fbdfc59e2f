// Draws the card as extensions/theme/snippets/offer-card.liquid does. A test compares the HTML of both.
import type { Conditions, Deal, Least, Off, OfferContent, OfferWords } from "../wire.ts";
import { fill, type BlockWords } from "./block-words.ts";

type Props = { content: OfferContent; words: OfferWords; says: BlockWords };

/** What the merchant has not typed yet is a gap. */
const GAP = "…";

const orGap = (text: string | undefined): string => text || GAP;
const countText = (count: number): string => (count > 0 ? String(count) : GAP);

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
          ? [...dealCondition(discount, words, says), ...conditionsOf(discount, words, says)].map((text) => (
              <p key={text} className="regulars-offer__condition">
                {text}
              </p>
            ))
          : null}
        {discount ? <How code={discount.code} says={says} /> : null}
        {words.until ? <p className="regulars-offer__until">{fill(says.until, { date: words.until })}</p> : null}
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
    ? fill(says.percent_off, { percent: orGap(off.percent) })
    : fill(says.amount_off, { amount: orGap(words.amount ?? off.amount) });
}

function dealText({ least, quantity, share }: Deal, words: OfferWords, says: BlockWords): string {
  const isFree = Number(share) === 100;
  const parts = { gets: words.gets ?? countText(quantity), percent: orGap(share) };
  if (least.subtotal === undefined)
    return fill(isFree ? says.buy_free : says.buy_cheaper, { ...parts, buys: words.buys ?? countText(least.quantity) });
  const amount = orGap(words.least ?? least.subtotal);
  if (words.buys === undefined) return fill(isFree ? says.spend_free : says.spend_cheaper, { ...parts, amount });
  return fill(isFree ? says.spend_on_free : says.spend_on_cheaper, { ...parts, amount, buys: words.buys });
}

/** A deal is the title, unless the merchant has written another one. */
const dealCondition = ({ deal }: Off, words: OfferWords, says: BlockWords): string[] =>
  deal && words.title ? [dealText(deal, words, says)] : [];

function conditionsOf({ items, minimum }: Conditions, words: OfferWords, says: BlockWords): string[] {
  const named = words.items !== undefined;
  const scope = words.items === undefined ? says.some : fill(says.on_items, { items: words.items });
  return [...(items ? [scope] : []), ...(minimum ? [leastText(minimum, named, words, says)] : [])];
}

function leastText({ subtotal, quantity }: Least, named: boolean, words: OfferWords, says: BlockWords): string {
  if (subtotal === undefined)
    return fill(named ? says.least_count_of_items : says.least_items, { count: countText(quantity) });
  const amount = orGap(words.least ?? subtotal);
  return fill(named ? says.least_amount_of_items : says.least_amount, { amount });
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
