import { TidemarkError } from "@tidemark/api/errors";
import type { FastifyInstance } from "fastify";

/**
 * A call without arguments may come without a body, whatever content type its client names for nothing. A body is taken as
 * JSON alone.
 */
export function takeEmptyBodies(scope: FastifyInstance): void {
  scope.addContentTypeParser("*", (request, _body, done) => {
    if (request.headers["content-length"] === "0") done(null);
    else done(new TidemarkError("UNSUPPORTED_MEDIA_TYPE", { message: "Send the body as application/json." }));
  });
}
