import { useNow } from '../live/useNow';
import { formatAgo, formatInstant } from '../text/instant';

/** How long ago; the exact instant is its title. */
export const TimeAgo = ({ at }: { at: string }) => {
  const now = useNow(true, 30_000);
  return (
    <time dateTime={at} title={formatInstant(at)}>
      {formatAgo(at, now)}
    </time>
  );
};
