/** Why a text is no JSON we accept. Says nothing of its content. */
export type JsonFault =
  | 'is not valid UTF-8'
  | 'is not valid JSON'
  | 'has the same key twice in one object';

/** The value, or what is wrong. */
export type StrictJson =
  | { readonly value: unknown; readonly fault?: undefined }
  | { readonly fault: JsonFault };

/**
 * Parses JSON that two programs must understand alike. Which of two equal keys
 * counts depends on the parser, so a document with two is refused: what we check
 * must be what a registry or a container runtime reads.
 */
export function parseStrictJson(bytes: Uint8Array): StrictJson {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { fault: 'is not valid UTF-8' };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Without the parser's error, which quotes the text.
    return { fault: 'is not valid JSON' };
  }
  return hasDuplicateKey(text)
    ? { fault: 'has the same key twice in one object' }
    : { value };
}

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/g;

/** Walks the tokens of a valid JSON text. */
function hasDuplicateKey(text: string): boolean {
  const objects: (Set<string> | undefined)[] = [];
  let pending: string | undefined;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{') objects.push(new Set());
    else if (token === '[') objects.push(undefined);
    else if (token === '}' || token === ']') objects.pop();
    else if (token === ':' && pending !== undefined) {
      const keys = objects.at(-1);
      const key = JSON.parse(pending) as string;
      if (keys?.has(key)) return true;
      keys?.add(key);
    }
    pending = token.startsWith('"') ? token : undefined;
  }
  return false;
}

/**
 * Finds a key that is one of `names` but for capitals. Go's JSON reader takes
 * `Layers` for `layers`; a document that relies on it would mean one thing here
 * and another there.
 */
export function findMisspelt(
  object: Readonly<Record<string, unknown>>,
  names: readonly string[],
): string | undefined {
  const folded = new Map(names.map(name => [fold(name), name]));
  for (const key of Object.keys(object)) {
    const name = folded.get(fold(key));
    if (name !== undefined && name !== key) return name;
  }
  return undefined;
}

/** Like Go's `strings.EqualFold`, also for the long s and the Kelvin sign. */
function fold(text: string): string {
  return text.toUpperCase().toLowerCase();
}
