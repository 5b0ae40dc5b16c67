import { useEffect, useState } from 'react';

/**
 * The current time in milliseconds, renewed every `interval` milliseconds
 * while `active`. Only the smallest component that shows it should ask.
 */
export function useNow(active: boolean, interval = 1000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!active) {
      return undefined;
    }
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), interval);
    return () => clearInterval(timer);
  }, [active, interval]);
  return now;
}
