import { brokenArchive } from './brokenArchive';

const SPACE = 0x20;
const NEWLINE = 0x0a;

/**
 * Reads extended header records (POSIX pax, "pax Extended Header": `LENGTH
 * KEY=VALUE\n`). Of keys that stand there twice the last one counts.
 *
 * @throws {@link BuilderError} `manifest`
 */
export function parsePaxRecords(bytes: Buffer): Map<string, Buffer> {
  const records = new Map<string, Buffer>();
  for (let start = 0; start < bytes.length; ) {
    const space = bytes.indexOf(SPACE, start);
    const digits = space < 0 ? '' : bytes.toString('latin1', start, space);
    const end = start + Number(digits);
    const equals = bytes.indexOf('=', space);
    if (
      !/^[1-9][0-9]{0,8}$/.test(digits) ||
      end > bytes.length ||
      bytes[end - 1] !== NEWLINE ||
      equals < space + 2 ||
      equals >= end
    ) {
      throw brokenArchive('an extended header that cannot be read');
    }
    records.set(
      bytes.toString('utf8', space + 1, equals),
      bytes.subarray(equals + 1, end - 1),
    );
    start = end;
  }
  return records;
}

/** Writes extended header records, sorted by key. */
export function formatPaxRecords(records: ReadonlyMap<string, Buffer>): Buffer {
  const keys = [...records.keys()].sort((a, b) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  return Buffer.concat(
    keys.map(key => formatRecord(key, records.get(key) ?? Buffer.alloc(0))),
  );
}

function formatRecord(key: string, value: Buffer): Buffer {
  const body = Buffer.concat([
    Buffer.from(` ${key}=`),
    value,
    Buffer.from('\n'),
  ]);
  // The length counts its own digits.
  let length = body.length + String(body.length).length;
  length = body.length + String(length).length;
  return Buffer.concat([Buffer.from(String(length)), body]);
}
