import MoreVert from '@material-ui/icons/MoreVert';
import type { Build } from '@buildog/plugin-buildog-common';
import { useState } from 'react';
import type { BuildActions } from '../actions/useBuildActions';
import { ActionButton } from '../parts/ActionButton';
import { ActionMenu, MenuAction } from '../parts/ActionMenu';
import { copyText } from '../parts/copyText';
import { IconAction } from '../parts/IconAction';
import { SplitButton } from '../parts/SplitButton';

/** What one may do with the build as it stands; what one may not is absent. */
export const HeaderActions = (props: {
  build: Build;
  actions: BuildActions;
  onCancel: () => void;
}) => {
  const { build, actions, onCancel } = props;
  const { allowed, branch, phase, number, image, digest } = build;
  const [anchor, setAnchor] = useState<HTMLElement>();

  const retry = allowed.retry && {
    key: 'retry',
    label: 'Retry',
    onClick: () => actions.retry(build),
  };
  const rebuild = allowed.rebuild && {
    key: 'rebuild',
    label: 'Rebuild',
    onClick: () => actions.rebuild(build),
  };
  const again = (phase === 'Succeeded' ? [rebuild, retry] : [retry, rebuild])
    .filter((action): action is MenuAction => action !== false)
    .map(action => ({ ...action }));
  const [first, ...others] = again;
  const copies: MenuAction[] = [
    {
      key: 'link',
      label: 'Copy a link to this build',
      onClick: () => {
        copyText(window.location.href.split(/[?#]/)[0]);
      },
    },
    ...(image && digest
      ? [
          {
            key: 'digest',
            label: 'Copy the image by digest',
            onClick: () => {
              copyText(`${image}@${digest}`);
            },
          },
        ]
      : []),
  ];
  const label = `More for build #${number}`;
  return (
    <>
      {allowed.cancel && (
        <ActionButton look="danger" onClick={onCancel}>
          Cancel build
        </ActionButton>
      )}
      {first && (
        <SplitButton
          label={first.label}
          look="outlined"
          disabled={actions.busy}
          onClick={first.onClick}
          menuLabel={`Other ways to build ${branch ?? 'this'} again`}
          actions={others}
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
        actions={copies}
        onClose={() => setAnchor(undefined)}
      />
    </>
  );
};
