import {
  RefObject,
  useCallback,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';

/** How near to the end still counts as the end, in pixels. */
const NEAR = 8;

/** Whether the view stays at the end of the log. */
export interface Follow {
  following: boolean;
  /** Goes to the end and stays there. */
  jumpToLatest(): void;
  /** Leaves the end, because the reader was sent elsewhere. */
  release(): void;
  onScroll(): void;
}

/**
 * Follows the log while the reader is at its end. Scrolling up ends it,
 * scrolling back down to the end starts it again; new lines never move a
 * reader who is elsewhere.
 *
 * @param size - changes whenever the content's height may have changed.
 */
export function useFollow(
  element: RefObject<HTMLElement>,
  size: unknown,
  initially: boolean,
): Follow {
  const [following, setFollowing] = useState(initially);
  const lastTop = useRef(0);

  const toEnd = useCallback(() => {
    const el = element.current;
    if (el) {
      el.scrollTop = el.scrollHeight;
      lastTop.current = el.scrollTop;
    }
  }, [element]);

  useLayoutEffect(() => {
    if (following) {
      toEnd();
    }
  }, [following, size, toEnd]);

  const onScroll = useCallback(() => {
    const el = element.current;
    if (!el) {
      return;
    }
    const atEnd = el.scrollHeight - el.scrollTop - el.clientHeight < NEAR;
    if (atEnd) {
      setFollowing(true);
    } else if (el.scrollTop < lastTop.current) {
      setFollowing(false);
    }
    lastTop.current = el.scrollTop;
  }, [element]);

  const jumpToLatest = useCallback(() => {
    setFollowing(true);
    toEnd();
  }, [toEnd]);
  const release = useCallback(() => setFollowing(false), []);

  return { following, jumpToLatest, release, onScroll };
}
