import { RefObject, useCallback, useEffect, useState } from 'react';

/** Shows an element on the whole screen; `toggleFull` is absent where that is not possible. */
export function useFullScreen(element: RefObject<HTMLElement>): {
  full: boolean;
  toggleFull?: () => void;
} {
  const [full, setFull] = useState(false);
  useEffect(() => {
    const onChange = () =>
      setFull(
        document.fullscreenElement !== null &&
          document.fullscreenElement === element.current,
      );
    document.addEventListener('fullscreenchange', onChange);
    return () => document.removeEventListener('fullscreenchange', onChange);
  }, [element]);
  const toggle = useCallback(() => {
    if (document.fullscreenElement) {
      document.exitFullscreen();
    } else {
      // A browser may refuse; the log then stays as it is.
      element.current?.requestFullscreen().catch(() => {});
    }
  }, [element]);
  return { full, toggleFull: document.fullscreenEnabled ? toggle : undefined };
}
