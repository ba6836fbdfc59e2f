/** Counts up to a limit: ten thousand by default, without a limit if `limit` is null. */
export function countOf(count: number, limit: number | null | undefined): { count: number; precision: string } {
  if (limit == null || count < limit) return { count, precision: "EXACT" };
  return { count: limit, precision: count === limit ? "EXACT" : "AT_LEAST" };
}
