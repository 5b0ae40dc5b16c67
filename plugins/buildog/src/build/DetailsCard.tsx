import { makeStyles, Theme } from '@material-ui/core/styles';
import type { Attempt, Build, BuildTask } from '@buildog/plugin-buildog-common';
import { memo, ReactNode } from 'react';
import { Breakable } from '../parts/Breakable';
import { Card } from '../parts/Card';
import { TextLink } from '../parts/TextLink';
import { formatSeconds } from '../text/duration';
import { shortSha } from '../text/names';
import { formatLimit } from '../text/size';
import { tokens } from '../theme/tokens';

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  return {
    list: {
      display: 'grid',
      gridTemplateColumns: 'minmax(80px, 108px) minmax(0, 1fr)',
      gap: '6px 0',
      margin: 0,
      padding: '14px 16px',
      fontSize: 13,
      lineHeight: '20px',
    },
    name: { margin: 0, color: t.secondary },
    value: { margin: 0, overflowWrap: 'anywhere' },
    tag: {
      display: 'inline-block',
      margin: '0 4px 4px 0',
      padding: '0 5px',
      borderRadius: 3,
      fontFamily: t.mono,
      fontSize: 12,
      backgroundColor: t.tones.neutral.tint,
    },
  };
});

function limitWords(limits: Build['limits']): string {
  const { memoryBytes, ephemeralStorageBytes, deadlineSeconds } = limits ?? {};
  return [
    memoryBytes && `${formatLimit(memoryBytes)} memory`,
    ephemeralStorageBytes && `${formatLimit(ephemeralStorageBytes)} disk`,
    deadlineSeconds &&
      formatSeconds(deadlineSeconds).replace(/ 00 (s|min)$/, ''),
  ]
    .filter(Boolean)
    .join(', ');
}

function attemptWords(task: BuildTask, attempt: Attempt): string {
  const words = `${attempt.number} of ${task.maxAttempts}`;
  const final =
    task.phase === 'Failed' &&
    task.reason?.category === 'User' &&
    attempt.number < task.maxAttempts;
  return final ? `${words}. A step that fails is not tried again.` : words;
}

/** Where and how it was built. */
export const DetailsCard = memo(
  (props: { build: Build; task?: BuildTask; attempt?: Attempt }) => {
    const { build, task, attempt } = props;
    const { image, tags, scheduler, limits, dockerfile, source } = build;
    const classes = useStyles();
    const sha = source?.type === 'git' ? shortSha(source.revision) : undefined;
    const file = dockerfile ?? 'Dockerfile';
    const rows: [string, ReactNode][] = [
      ['Image', image && <Breakable text={image} />],
      [
        'Tags',
        tags.length > 0 &&
          tags.map(tag => (
            <span key={tag} className={classes.tag}>
              {tag}
            </span>
          )),
      ],
      ['Scheduler', scheduler],
      ['Cluster', attempt?.cluster ?? build.cluster],
      ['Node', attempt?.nodeName],
      ['Limits', limitWords(limits)],
      ['Attempt', task && attempt && attemptWords(task, attempt)],
      [
        'Config',
        <>
          {build.sourceUrl ? (
            <TextLink to={build.sourceUrl}>{file}</TextLink>
          ) : (
            file
          )}
          {sha && ` at ${sha}`}
        </>,
      ],
      ['Policy', build.policyRevision && `Revision ${build.policyRevision}`],
    ];
    return (
      <Card title="Details">
        <dl className={classes.list}>
          {rows
            .filter(([, value]) => Boolean(value))
            .flatMap(([name, value]) => [
              <dt key={name} className={classes.name}>
                {name}
              </dt>,
              <dd key={`${name} value`} className={classes.value}>
                {value}
              </dd>,
            ])}
        </dl>
      </Card>
    );
  },
);
