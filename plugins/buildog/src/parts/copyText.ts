/**
 * Puts a text on the clipboard. Portals are also served over plain http,
 * where `navigator.clipboard` does not exist; a selection copies there.
 *
 * @returns whether it worked.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.style.position = 'fixed';
    area.style.opacity = '0';
    const focused = document.activeElement as HTMLElement | null;
    document.body.appendChild(area);
    area.focus();
    area.select();
    const copied = document.execCommand?.('copy') ?? false;
    area.remove();
    focused?.focus?.();
    return copied;
  }
}
