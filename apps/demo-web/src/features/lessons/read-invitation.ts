import type { InvitationPreview } from "@tidemark/api/contracts";
import { TRPCClientError } from "@trpc/client";
import type { ApiClient } from "../../api-client.ts";

/** The question whether to join had better come without the lesson's name than late. */
const WAIT_MS = 2_000;

/** What an invitation is for; `undefined` where it lets nobody in, and where the server does not say so in time. */
export function readInvitation(api: ApiClient, token: string): Promise<InvitationPreview | undefined> {
  const answer = api.lessons.previewInvite.mutate({ token }).catch((error: unknown) => {
    if (!(error instanceof TRPCClientError)) throw error;
    return undefined;
  });
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, WAIT_MS));
  return Promise.race([answer, late]);
}
