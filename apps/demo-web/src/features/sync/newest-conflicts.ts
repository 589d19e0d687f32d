/** The query for what others overwrote, newest first. */
export const NEWEST_CONFLICTS = { index: "byTime", order: "desc" } as const;
