/** Counts stop at a limit: ten thousand unless told, none where the limit is null. */
export function countOf(count: number, limit: number | null | undefined): { count: number; precision: string } {
  if (limit == null || count < limit) return { count, precision: "EXACT" };
  return { count: limit, precision: count === limit ? "EXACT" : "AT_LEAST" };
}
