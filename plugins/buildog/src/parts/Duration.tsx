import { useNow } from '../live/useNow';
import { formatClock, formatSeconds, secondsBetween } from '../text/duration';

/** The time between two instants; it counts while there is no second one. */
export const Duration = (props: {
  from: string;
  to?: string;
  /** `1:58` instead of `1 min 58 s`. */
  clock?: boolean;
}) => {
  const now = useNow(!props.to);
  const seconds = secondsBetween(props.from, props.to, now);
  return <>{props.clock ? formatClock(seconds) : formatSeconds(seconds)}</>;
};
