import { Link } from '@backstage/core-components';
import { makeStyles, Theme } from '@material-ui/core/styles';
import type { Build } from '@buildog/plugin-buildog-common';
import type { ReactNode } from 'react';
import { BranchIcon } from '../parts/BranchIcon';
import { shortName, shortSha, triggerWords } from '../text/names';
import { formatInstant } from '../text/instant';
import { focusRing } from '../theme/focusRing';
import { tokens } from '../theme/tokens';
import { NARROW } from '../theme/widths';
import { usePaths } from '../tab/paths';
import { PhaseChip } from './PhaseChip';

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  return {
    root: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 8 },
    crumbs: {
      width: '100%',
      fontSize: 13,
      '& ol': { display: 'flex', gap: 6, margin: 0, padding: 0 },
      '& li': { listStyle: 'none' },
      color: t.secondary,
    },
    link: {
      color: theme.palette.primary.main,
      borderRadius: 2,
      ...focusRing(theme),
    },
    text: { flex: '1 1 320px', minWidth: 0 },
    title: {
      margin: 0,
      fontSize: 22,
      fontWeight: 500,
      lineHeight: '30px',
      overflowWrap: 'anywhere',
    },
    number: { fontWeight: 400, color: t.secondary },
    facts: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: '2px 16px',
      fontSize: 13,
      lineHeight: '20px',
      color: t.secondary,
    },
    branch: { display: 'flex', alignItems: 'center', gap: 4 },
    sha: { fontFamily: t.mono, fontSize: 12.5 },
    side: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: 8,
      [`@media ${NARROW}`]: { width: '100%', '& > :nth-child(2)': { flex: 1 } },
    },
  };
});

/** Which build this is, how it stands, and what one may do with it. */
export const BuildHeader = (props: { build: Build; actions: ReactNode }) => {
  const { build, actions } = props;
  const { number, subject, branch, source, sourceUrl, trigger } = build;
  const classes = useStyles();
  const paths = usePaths();
  const sha = source?.type === 'git' ? shortSha(source.revision) : undefined;
  return (
    <header className={classes.root}>
      <nav className={classes.crumbs} aria-label="Breadcrumb">
        <ol>
          <li>
            <Link className={classes.link} to={paths.list}>
              Builds
            </Link>
          </li>
          <li aria-hidden>/</li>
          <li aria-current="page">#{number}</li>
        </ol>
      </nav>
      <div className={classes.text}>
        <h2 className={classes.title}>
          <span className={classes.number}>#{number}</span>{' '}
          {subject ?? (branch ? `Build of ${branch}` : 'Build')}
        </h2>
        <div className={classes.facts}>
          {branch && (
            <span className={classes.branch}>
              <BranchIcon />
              {branch}
            </span>
          )}
          {sha &&
            (sourceUrl ? (
              <Link className={`${classes.link} ${classes.sha}`} to={sourceUrl}>
                {sha}
              </Link>
            ) : (
              <span className={classes.sha}>{sha}</span>
            ))}
          <span>
            {triggerWords(trigger)} by {shortName(trigger.by)}
          </span>
          <span>
            {build.startedAt
              ? `Started ${formatInstant(build.startedAt)}`
              : `Asked for ${formatInstant(build.createdAt)}`}
          </span>
        </div>
      </div>
      <div className={classes.side}>
        <PhaseChip build={build} />
        {actions}
      </div>
    </header>
  );
};
