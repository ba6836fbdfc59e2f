import { createHmac, createSecretKey, timingSafeEqual } from "node:crypto";

const SIGNATURE_LENGTH = 44;

/** Compares base64(HMAC-SHA256(body)) in constant time. A different base64 text of the same 32 bytes is refused. */
export type SignatureCheck = (body: Uint8Array, signature: string | undefined) => boolean;

/** While the app's secret changes there are two secrets, and a signature with either is valid. */
export function signatureCheck(secrets: readonly string[]): SignatureCheck {
  const keys = secrets.filter(Boolean).map((secret) => createSecretKey(secret, "utf8"));
  if (keys.length === 0) throw new Error("Without the app's secret a forged webhook cannot be recognised.");
  return (body, signature) => {
    if (signature?.length !== SIGNATURE_LENGTH) return false;
    const given = Buffer.from(signature, "latin1");
    return keys.some((key) =>
      timingSafeEqual(Buffer.from(createHmac("sha256", key).update(body).digest("base64"), "latin1"), given),
    );
  };
}
