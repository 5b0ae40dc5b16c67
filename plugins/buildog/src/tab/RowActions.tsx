import { makeStyles } from '@material-ui/core/styles';
import MoreVert from '@material-ui/icons/MoreVert';
import Replay from '@material-ui/icons/Replay';
import Subject from '@material-ui/icons/Subject';
import type { BuildSummary } from '@buildog/plugin-buildog-common';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import type { BuildActions } from '../actions/useBuildActions';
import { ActionMenu, MenuAction } from '../parts/ActionMenu';
import { IconAction } from '../parts/IconAction';
import { usePaths } from './paths';

const useStyles = makeStyles({
  root: { display: 'flex', justifyContent: 'flex-end', gap: 2 },
  quiet: {
    // Seen on hover and on focus alike; always there for touch.
    '@media (hover: hover)': {
      opacity: 0,
      '$root:focus-within &, tr:hover &, li:hover &': { opacity: 1 },
    },
  },
});

/** What one may do with a build, from its row. */
export const RowActions = (props: {
  build: BuildSummary;
  actions: BuildActions;
  onCancel: (build: BuildSummary) => void;
  /** Only the menu, for narrow pages. */
  menuOnly?: boolean;
}) => {
  const { build, actions, onCancel, menuOnly } = props;
  const { allowed, number, branch } = build;
  const classes = useStyles();
  const navigate = useNavigate();
  const paths = usePaths();
  const [anchor, setAnchor] = useState<HTMLElement>();

  const openLog = () => navigate(`${paths.build(number)}?show=log`);
  const entries: (MenuAction | false)[] = [
    allowed.readLog && { key: 'log', label: 'Open the log', onClick: openLog },
    allowed.cancel && {
      key: 'cancel',
      label: 'Cancel build',
      onClick: () => onCancel(build),
    },
    allowed.retry && {
      key: 'retry',
      label: 'Retry this commit',
      onClick: () => actions.retry(build),
    },
    allowed.rebuild && {
      key: 'rebuild',
      label: branch ? `Rebuild ${branch}` : 'Rebuild',
      onClick: () => actions.rebuild(build),
    },
  ];
  const menu = entries.filter((e): e is MenuAction => e !== false);
  if (menu.length === 0) {
    return null;
  }
  const label = `Actions for build #${number}`;
  return (
    <div className={classes.root}>
      {!menuOnly && allowed.readLog && (
        <IconAction
          className={classes.quiet}
          label={`Log of #${number}`}
          icon={Subject}
          onClick={openLog}
        />
      )}
      {!menuOnly && allowed.retry && (
        <IconAction
          className={classes.quiet}
          label={`Retry #${number}`}
          icon={Replay}
          onClick={() => actions.retry(build)}
        />
      )}
      <IconAction
        label={label}
        icon={MoreVert}
        hasPopup
        onClick={event => setAnchor(event.currentTarget)}
      />
      <ActionMenu
        label={label}
        anchor={anchor}
        actions={menu}
        onClose={() => setAnchor(undefined)}
      />
    </div>
  );
};
