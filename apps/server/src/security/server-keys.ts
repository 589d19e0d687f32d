import { createPrivateKey, createPublicKey, createSecretKey, hkdfSync, type KeyObject } from "node:crypto";

/** The one secret of a deployment, and what is made from it. Every node with the same secret makes the same. */
export interface ServerKeys {
  readonly algorithm: "HS256" | "ES256" | "RS256" | "EdDSA";
  readonly signingKey: KeyObject;
  readonly verificationKey: KeyObject;
  /** 32 bytes for one purpose; knowing one tells nothing of the others. */
  derive(purpose: string): Buffer;
}

/** HS256 with the text's UTF-8 bytes. */
export function keysFromSecret(secret: string): ServerKeys {
  const bytes = Buffer.from(secret, "utf8");
  const key = createSecretKey(bytes);
  return { algorithm: "HS256", signingKey: key, verificationKey: key, derive: derivation(bytes) };
}

/** The algorithm follows the kind of key: EC P-256, RSA or Ed25519, as `config.ts` has checked. */
export function keysFromPrivateKey(pem: string): ServerKeys {
  const signingKey = createPrivateKey(pem);
  const algorithms = { ec: "ES256", rsa: "RS256", ed25519: "EdDSA" } as const;
  const kind = signingKey.asymmetricKeyType;
  if (kind !== "ec" && kind !== "rsa" && kind !== "ed25519") throw new TypeError(`A ${kind} key cannot sign tokens.`);
  return {
    algorithm: algorithms[kind],
    signingKey,
    verificationKey: createPublicKey(signingKey),
    derive: derivation(signingKey.export({ type: "pkcs8", format: "der" })),
  };
}

const derivation = (secret: Buffer) => (purpose: string) =>
  Buffer.from(hkdfSync("sha256", secret, "tidemark", purpose, 32));
