/**
 * Bytes in the order they came, without copying them each time more come: a
 * line may be as long as the whole log.
 */
export class ByteQueue {
  private pieces: Uint8Array[] = [];
  private total = 0;

  get length(): number {
    return this.total;
  }

  push(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.pieces.push(piece);
    this.total += piece.length;
  }

  /** The first `length` bytes (or all there are), which stay. */
  peek(length: number): Uint8Array {
    const wanted: Uint8Array[] = [];
    let missing = Math.min(length, this.total);
    for (const piece of this.pieces) {
      if (missing <= 0) break;
      wanted.push(piece.subarray(0, missing));
      missing -= piece.length;
    }
    return wanted.length === 1 ? wanted[0] : Buffer.concat(wanted);
  }

  /** Drops the first `length` bytes. */
  drop(length: number): void {
    let rest = Math.min(length, this.total);
    this.total -= rest;
    let whole = 0;
    while (rest > 0 && this.pieces[whole].length <= rest) {
      rest -= this.pieces[whole].length;
      whole += 1;
    }
    this.pieces.splice(0, whole);
    if (rest > 0) this.pieces[0] = this.pieces[0].subarray(rest);
  }

  /** The first `length` bytes, which leave. */
  take(length: number): Uint8Array {
    const bytes = this.peek(length);
    this.drop(length);
    return bytes;
  }
}
