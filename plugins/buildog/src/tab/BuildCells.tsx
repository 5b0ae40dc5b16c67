import { Link } from '@backstage/core-components';
import { makeStyles, Theme } from '@material-ui/core/styles';
import type { BuildSummary } from '@buildog/plugin-buildog-common';
import { BranchIcon } from '../parts/BranchIcon';
import { cx } from '../parts/cx';
import { shortSha } from '../text/names';
import { focusRing } from '../theme/focusRing';
import { tokens } from '../theme/tokens';
import { usePaths } from './paths';
import { reasonSentence } from './reasonSentence';

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  return {
    title: {
      display: 'block',
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      fontSize: 14,
      fontWeight: 500,
      color: theme.palette.text.primary,
      borderRadius: 2,
      ...focusRing(theme, 2),
      '&:hover': { textDecoration: 'underline' },
    },
    number: { marginRight: 2, fontWeight: 400, color: t.secondary },
    source: {
      display: 'flex',
      alignItems: 'center',
      gap: 4,
      minWidth: 0,
      fontSize: 13,
      color: t.secondary,
    },
    branch: {
      minWidth: 0,
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
    },
    sha: { marginLeft: 6, fontFamily: t.mono, fontSize: 12.5 },
    reason: { fontSize: 13, overflowWrap: 'anywhere', color: t.secondary },
    failed: { color: t.tones.failed.text },
  };
});

/** Number and subject, linked to the build's page. */
export const BuildTitle = ({ build }: { build: BuildSummary }) => {
  const classes = useStyles();
  const paths = usePaths();
  return (
    <Link
      className={classes.title}
      to={paths.build(build.number)}
      underline="none"
    >
      <span className={classes.number}>#{build.number}</span>{' '}
      {build.subject ?? (build.branch ? `Build of ${build.branch}` : 'Build')}
    </Link>
  );
};

/** Branch and short SHA. */
export const BuildSource = ({ build }: { build: BuildSummary }) => {
  const classes = useStyles();
  const { branch, source } = build;
  return (
    <span className={classes.source}>
      {branch && (
        <>
          <BranchIcon />
          <span className={classes.branch} title={branch}>
            {branch}
          </span>
        </>
      )}
      {source?.type === 'git' && (
        <span className={classes.sha}>{shortSha(source.revision)}</span>
      )}
      {source?.type === 'archive' && <span>uploaded archive</span>}
    </span>
  );
};

/** Why it failed or did not start: nobody opens a page to learn that. */
export const BuildReason = ({ build }: { build: BuildSummary }) => {
  const classes = useStyles();
  const sentence = reasonSentence(build);
  const bad = build.phase === 'Failed' || build.phase === 'Rejected';
  return sentence ? (
    <div className={cx(classes.reason, bad && classes.failed)}>{sentence}</div>
  ) : null;
};
