import { useShop } from "../../ui/shop-context.ts";
import { formatMoney } from "../../ui/format.ts";

type Props = { low: string; estimate: string; high: string; label: string };

/** The interval as a bar, with the estimate as a dot and a line at zero. */
export function Interval({ low, estimate, high, label }: Props) {
  const shop = useShop();
  const [from, to] = [Math.min(0, Number(low)), Math.max(0, Number(high))];
  const place = (amount: string) => (to === from ? 50 : 2 + (96 * (Number(amount) - from)) / (to - from));
  const [left, dot, right, zero] = [low, estimate, high, "0"].map(place) as [number, number, number, number];
  const said = [low, estimate, high].map((amount) => formatMoney(amount, shop));
  return (
    <svg role="img" aria-label={`${label}: ${said.join(" – ")}`} width="100%" height="48" style={{ maxWidth: "36rem" }}>
      <line
        x1={`${zero}%`}
        x2={`${zero}%`}
        y1="0"
        y2="30"
        stroke="var(--p-color-border-emphasis)"
        strokeDasharray="3 3"
      />
      <line x1={`${left}%`} x2={`${right}%`} y1="15" y2="15" stroke="var(--p-color-text)" strokeWidth="4" />
      <circle cx={`${dot}%`} cy="15" r="6" fill="var(--p-color-text)" />
      <text
        x={`${zero}%`}
        y="45"
        textAnchor={zero > 50 ? "end" : "start"}
        fontSize="12"
        fill="var(--p-color-text-secondary)"
      >
        {formatMoney("0", shop)}
      </text>
    </svg>
  );
}
