import { makeStyles, Theme } from '@material-ui/core/styles';
import ArrowDropDown from '@material-ui/icons/ArrowDropDown';
import { useState } from 'react';
import { ActionButton, ButtonLook } from './ActionButton';
import { ActionMenu, MenuAction } from './ActionMenu';
import { NARROW } from '../theme/widths';
import { cx } from './cx';

const useStyles = makeStyles((theme: Theme) => ({
  root: { display: 'inline-flex', minWidth: 0 },
  main: {
    flex: 1,
    minWidth: 0,
    borderTopRightRadius: 0,
    borderBottomRightRadius: 0,
  },
  more: {
    minWidth: 0,
    padding: '5px 7px',
    borderTopLeftRadius: 0,
    borderBottomLeftRadius: 0,
    [`@media ${NARROW}`]: { minWidth: 44 },
  },
  filled: {
    borderLeft: `1px solid ${theme.palette.background.paper}`,
  },
  outlined: { borderLeft: 0 },
}));

/** A button with its nearest relatives in a menu beside it. */
export const SplitButton = (props: {
  label: string;
  look: Extract<ButtonLook, 'filled' | 'outlined'>;
  onClick: () => void;
  disabled?: boolean;
  /** Name of the button that opens the menu. */
  menuLabel: string;
  actions: MenuAction[];
  className?: string;
}) => {
  const { label, look, onClick, disabled, menuLabel, actions } = props;
  const classes = useStyles();
  const [anchor, setAnchor] = useState<HTMLElement>();
  return (
    <span className={cx(classes.root, props.className)}>
      <ActionButton
        look={look}
        className={actions.length > 0 ? classes.main : undefined}
        disabled={disabled}
        onClick={onClick}
      >
        {label}
      </ActionButton>
      {actions.length > 0 && (
        <>
          <ActionButton
            look={look}
            className={cx(classes.more, classes[look])}
            label={menuLabel}
            hasPopup
            disabled={disabled}
            onClick={event => setAnchor(event.currentTarget)}
          >
            <ArrowDropDown />
          </ActionButton>
          <ActionMenu
            label={menuLabel}
            anchor={anchor}
            actions={actions}
            onClose={() => setAnchor(undefined)}
          />
        </>
      )}
    </span>
  );
};
