/**
 * One `WWW-Authenticate` challenge. Scheme and parameter names are lower case.
 */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const PARAMETER =
  /([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+\-.^_`|~0-9A-Za-z/:]+))/y;
const SEPARATORS = /[ \t,]*/y;

/**
 * Reads `WWW-Authenticate` headers (RFC 9110, section 11.6.1): several headers,
 * several challenges in one, quoted and bare values. What can't be read is left
 * out; nothing is thrown, for the text is a stranger's.
 */
export function parseChallenges(headers: readonly string[]): Challenge[] {
  return headers.flatMap(header => parseHeader(header.slice(0, 8192)));
}

function parseHeader(header: string): Challenge[] {
  const challenges: Challenge[] = [];
  let parameters: Record<string, string> | undefined;
  let position = 0;
  const read = (pattern: RegExp) => {
    pattern.lastIndex = position;
    const match = pattern.exec(header);
    if (match) position = pattern.lastIndex;
    return match;
  };
  while (position < header.length) {
    read(SEPARATORS);
    const parameter = read(PARAMETER);
    if (parameter) {
      const value = parameter[2]?.replace(/\\(.)/g, '$1') ?? parameter[3];
      if (parameters) parameters[parameter[1].toLowerCase()] = value;
      continue;
    }
    const scheme = read(TOKEN);
    if (!scheme) break;
    parameters = Object.create(null) as Record<string, string>;
    challenges.push({ scheme: scheme[0].toLowerCase(), parameters });
  }
  return challenges;
}
