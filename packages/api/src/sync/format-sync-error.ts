import { publicDetails, TidemarkError } from "../errors.ts";

/**
 * tRPC's `errorFormatter`: an error of the catalogue reaches the client with its own code and details in `error.data`, every
 * other one as tRPC shapes it. In a formatter of one's own, call it first and change what it answers.
 */
export function formatSyncError<Shape extends { readonly data: object }>({
  shape,
  error,
}: {
  readonly shape: Shape;
  readonly error: { readonly cause?: unknown };
}): Shape {
  const { cause } = error;
  if (!(cause instanceof TidemarkError)) return shape;
  return { ...shape, data: { ...publicDetails(cause), ...shape.data, code: cause.code } };
}
