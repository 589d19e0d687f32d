import type { SignText } from "@tidemark/api/server";
import { equalTexts } from "../../security/text-signer.ts";

/** What a refresh token says: which session, and the how-manieth token of it. */
export interface RefreshTokenContent {
  readonly sessionId: string;
  readonly generation: number;
}

export interface RefreshTokens {
  /** The one token of this session and generation: the same each time, so it need not be stored to be given again. */
  encode(content: RefreshTokenContent): string;
  /** `undefined` for a text that is no token of ours. */
  decode(token: string): RefreshTokenContent | undefined;
}

const TOKEN = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([1-9]\d{0,8})\.([\w-]{43})$/;

export function createRefreshTokens(sign: SignText): RefreshTokens {
  const macOf = ({ sessionId, generation }: RefreshTokenContent) => sign(`refresh\n${sessionId}\n${generation}`);
  return {
    encode: (content) => `${content.sessionId}.${content.generation}.${macOf(content)}`,
    decode: (token) => {
      const [, sessionId, generation, mac] = TOKEN.exec(token) ?? [];
      if (sessionId === undefined || generation === undefined || mac === undefined) return undefined;
      const content = { sessionId, generation: Number(generation) };
      return equalTexts(mac, macOf(content)) ? content : undefined;
    },
  };
}
