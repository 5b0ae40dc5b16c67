import { Link } from '@backstage/core-components';
import { makeStyles, Theme } from '@material-ui/core/styles';
import type { Build } from '@buildog/plugin-buildog-common';
import type { BuildActions } from '../actions/useBuildActions';
import { ActionButton } from '../parts/ActionButton';
import { StatusIcon } from '../status/StatusIcon';
import { buildStatus } from '../status/status';
import { shortSha } from '../text/names';
import { focusRing } from '../theme/focusRing';
import { tokens } from '../theme/tokens';
import { NARROW, STACKED } from '../theme/widths';
import { Excerpt } from './Excerpt';
import { ExcerptLine, failedWhere, tagWords } from './failureFacts';

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  return {
    root: {
      border: `1px solid ${t.tones.failed.text}`,
      borderRadius: 4,
      overflow: 'hidden',
      backgroundColor: theme.palette.background.paper,
    },
    head: {
      display: 'flex',
      gap: 14,
      padding: '14px 20px',
      backgroundColor: t.tones.failed.tint,
    },
    sentence: {
      margin: 0,
      fontSize: 16,
      fontWeight: 500,
      lineHeight: '24px',
      overflowWrap: 'anywhere',
    },
    where: { margin: 0, fontSize: 13, lineHeight: '20px' },
    code: { fontFamily: t.mono, fontSize: 12.5 },
    panes: {
      display: 'grid',
      gridTemplateColumns: 'repeat(auto-fit, minmax(0, 1fr))',
      gridAutoFlow: 'column',
      gridAutoColumns: 'minmax(0, 1fr)',
      '& > * + *': { borderLeft: `1px solid ${t.hairline}` },
      [`@media ${STACKED}`]: {
        gridAutoFlow: 'row',
        gridTemplateColumns: 'minmax(0, 1fr)',
        '& > * + *': { borderLeft: 0, borderTop: `1px solid ${t.hairline}` },
      },
    },
    foot: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: 12,
      minHeight: 56,
      padding: '10px 20px',
      boxSizing: 'border-box',
      borderTop: `1px solid ${t.hairline}`,
      fontSize: 14,
    },
    outcome: { flex: '1 1 240px', display: 'flex', gap: 12 },
    action: { [`@media ${NARROW}`]: { width: '100%' } },
    link: {
      color: theme.palette.primary.main,
      borderRadius: 2,
      ...focusRing(theme),
    },
  };
});

/** The one thing to do next: the same commit again, or the branch once it is mended. */
function nextAction(build: Build, actions: BuildActions) {
  const { allowed, reason, branch, source } = build;
  if (reason?.category === 'Infrastructure' && allowed.retry) {
    return {
      label:
        source?.type === 'git'
          ? `Retry ${shortSha(source.revision)}`
          : 'Retry this build',
      onClick: () => actions.retry(build),
    };
  }
  if (reason?.category !== 'Policy' && allowed.rebuild) {
    return {
      label: branch ? `Rebuild ${branch}` : 'Rebuild this',
      onClick: () => actions.rebuild(build),
    };
  }
  return undefined;
}

/** Why it failed: sentence, place, last lines, one action, and what did not happen. */
export const FailureCard = (props: {
  build: Build;
  actions: BuildActions;
  dockerfile: ExcerptLine[];
  log: ExcerptLine[];
  onFullLog?: () => void;
}) => {
  const { build, actions, dockerfile, log, onFullLog } = props;
  const { reason, sourceUrl, source } = build;
  const classes = useStyles();
  const status = buildStatus(build);
  const where = failedWhere(build);
  const action = nextAction(build, actions);
  const line = dockerfile.find(entry => entry.marked)?.number;
  const file = reason?.location?.file ?? build.dockerfile ?? 'Dockerfile';
  return (
    <section className={classes.root} aria-label="Why it failed">
      <div className={classes.head}>
        <StatusIcon shape={status.shape} tone={status.tone} size={20} />
        <div>
          <h2 className={classes.sentence}>
            {reason?.message ?? `The build was ${status.word.toLowerCase()}.`}
          </h2>
          <p className={classes.where}>
            {where}{' '}
            {reason && (
              <>
                Reason <span className={classes.code}>{reason.code}</span>
              </>
            )}
          </p>
        </div>
      </div>
      <div className={classes.panes}>
        {dockerfile.length > 0 && (
          <Excerpt
            title={`${file}, line ${line}`}
            lines={dockerfile}
            keywords
            aside={
              sourceUrl &&
              source?.type === 'git' && (
                <Link className={classes.link} to={sourceUrl}>
                  Open at {shortSha(source.revision)}
                </Link>
              )
            }
          />
        )}
        {log.length > 0 && (
          <Excerpt
            title={log.length === 1 ? 'Last line' : `Last ${log.length} lines`}
            lines={log}
            aside={
              onFullLog && (
                <ActionButton look="text" size="small" onClick={onFullLog}>
                  Full log
                </ActionButton>
              )
            }
          />
        )}
      </div>
      <div className={classes.foot}>
        <div className={classes.outcome}>
          <StatusIcon shape="infoDisc" tone="running" size={18} />
          {tagWords(build)}
        </div>
        {action && (
          <ActionButton
            look="filled"
            className={classes.action}
            disabled={actions.busy}
            onClick={action.onClick}
          >
            {action.label}
          </ActionButton>
        )}
      </div>
    </section>
  );
};
