/* eslint-disable no-control-regex -- control characters are what this file is about */

// ECMA-48: OSC, DCS, SOS, PM and APC strings run to BEL or ST; an unfinished
// one hides the rest of the line, as in a terminal.
const STRINGS =
  /(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])[\s\S]*?(?:\x07|\x1b\\|\x9c|$)/g;
const CSI = /(?:\x1b\[|\x9b)([0-?]*)([ -/]*)([@-~]|$)/g;
const COLOURS = /^[0-9;]*$/;
const OTHER_ESCAPES = /\x1b(?!\[[0-9;]*m)[ -/]*[0-~]?/g;
const CONTROLS = /[\x00-\x08\x0a-\x1a\x1c-\x1f\x7f-\x9f]/g;
// Bidirectional controls can make code read differently from what it is
// (CVE-2021-42574); line and paragraph separators would break the row.
const DECEIVING = /[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

// What none of the above can be in: most lines, and cheap to tell.
const ANYTHING =
  /[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

function pictureOf(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) {
    return String.fromCharCode(0x2400 + code);
  }
  return code === 0x7f ? '\u2421' : '\ufffd';
}

/**
 * What a terminal would show of a line with carriage returns: the last
 * progress message instead of all of them.
 */
export function collapseCarriageReturns(line: string): string {
  if (!line.includes('\r')) {
    return line;
  }
  const parts = line.split('\r').filter(part => part !== '');
  return parts[parts.length - 1] ?? '';
}

/**
 * Makes a line harmless: of escape sequences only plain colours (SGR) stay,
 * control characters become visible pictures, and characters that change the
 * reading direction are spelled out.
 */
export function sanitize(line: string): string {
  if (!ANYTHING.test(line)) {
    return line;
  }
  return line
    .replace(STRINGS, '')
    .replace(CSI, (_, parameters, between, final) =>
      final === 'm' && between === '' && COLOURS.test(parameters)
        ? `\x1b[${parameters}m`
        : '',
    )
    .replace(OTHER_ESCAPES, '')
    .replace(CONTROLS, pictureOf)
    .replace(
      DECEIVING,
      c => `[U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`,
    );
}

/** The line without its colours, as search and screen readers take it. */
export function withoutColours(line: string): string {
  return line.includes('\x1b') ? line.replace(/\x1b\[[0-9;]*m/g, '') : line;
}
