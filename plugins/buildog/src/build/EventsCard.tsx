import { makeStyles, Theme } from '@material-ui/core/styles';
import type { Build } from '@buildog/plugin-buildog-common';
import { memo, ReactNode } from 'react';
import { Card } from '../parts/Card';
import { CopyButton } from '../parts/CopyButton';
import type { Status } from '../status/status';
import { StatusIcon } from '../status/StatusIcon';
import { formatInstant, formatTime } from '../text/instant';
import { shortDigest, splitReference } from '../text/names';
import { tokens } from '../theme/tokens';

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  return {
    list: { margin: 0, padding: '8px 16px 14px', listStyle: 'none' },
    event: {
      display: 'grid',
      gridTemplateColumns: '60px 18px minmax(0, 1fr)',
      gap: 8,
      padding: '6px 0',
      fontSize: 13,
      lineHeight: '20px',
    },
    time: { color: t.secondary, fontVariantNumeric: 'tabular-nums' },
    icon: { paddingTop: 3 },
    text: { overflowWrap: 'anywhere' },
    code: { fontFamily: t.mono, fontSize: 12.5 },
    none: { padding: 16, fontSize: 13, color: t.secondary },
  };
});

type Mark = Pick<Status, 'shape' | 'tone'>;

const GOOD: Mark = { shape: 'checkDisc', tone: 'ok' };

function markOf(type: string): Mark {
  if (/fail|lost|denied|reject|refus/i.test(type)) {
    return { shape: 'alertDisc', tone: 'failed' };
  }
  return /succeed|success|built|publish|verif|signed|moved|tagged/i.test(type)
    ? GOOD
    : { shape: 'infoDisc', tone: 'neutral' };
}

const EventRow = (props: { at: string; mark: Mark; children: ReactNode }) => {
  const { at, mark, children } = props;
  const classes = useStyles();
  return (
    <li className={classes.event}>
      <time className={classes.time} dateTime={at} title={formatInstant(at)}>
        {formatTime(at)}
      </time>
      <span className={classes.icon}>
        <StatusIcon shape={mark.shape} tone={mark.tone} size={14} />
      </span>
      <span className={classes.text}>{children}</span>
    </li>
  );
};

/** What happened, and where each tag pointed before: that is the rollback. */
export const EventsCard = memo(({ build }: { build: Build }) => {
  const classes = useStyles();
  const moved = build.movedTags.filter(
    tag => tag.state === 'Moved' && tag.previousDigest,
  );
  const last = build.finishedAt ?? build.createdAt;
  return (
    <Card title="Events">
      {build.events.length + moved.length === 0 ? (
        <div className={classes.none}>Nothing has happened yet.</div>
      ) : (
        <ul className={classes.list}>
          {build.events.map(event => (
            <EventRow key={event.id} at={event.at} mark={markOf(event.type)}>
              {event.message}
            </EventRow>
          ))}
          {moved.map(({ reference, previousDigest }) => (
            <EventRow key={reference} at={last} mark={GOOD}>
              <span className={classes.code} title={reference}>
                {splitReference(reference).rest}
              </span>{' '}
              pointed to{' '}
              <span className={classes.code} title={previousDigest}>
                {shortDigest(previousDigest!)}
              </span>{' '}
              before.
              <CopyButton
                text={`${reference.replace(/:[^/:]*$/, '')}@${previousDigest}`}
                what="the image from before"
              />
            </EventRow>
          ))}
        </ul>
      )}
    </Card>
  );
});
