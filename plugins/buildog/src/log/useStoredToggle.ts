import { useCallback, useState } from 'react';

/** A switch that this browser remembers, where it may. */
export function useStoredToggle(
  name: string,
  initially: boolean,
): [boolean, () => void] {
  const key = `buildog.${name}`;
  const [value, setValue] = useState(() => {
    try {
      const stored = window.localStorage.getItem(key);
      return stored === null ? initially : stored === 'true';
    } catch {
      return initially;
    }
  });
  const toggle = useCallback(() => {
    setValue(previous => {
      try {
        window.localStorage.setItem(key, String(!previous));
      } catch {
        // Storage may be forbidden; the switch then lasts for this page.
      }
      return !previous;
    });
  }, [key]);
  return [value, toggle];
}
