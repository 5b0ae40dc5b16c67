import Menu from '@material-ui/core/Menu';
import MenuItem from '@material-ui/core/MenuItem';
import { makeStyles, Theme } from '@material-ui/core/styles';
import { focusRing } from '../theme/focusRing';
import { NARROW } from '../theme/widths';

const useStyles = makeStyles((theme: Theme) => ({
  item: {
    minHeight: 36,
    fontSize: 14,
    ...focusRing(theme, -2),
    [`@media ${NARROW}`]: { minHeight: 44 },
  },
}));

/** One entry of a menu. */
export interface MenuAction {
  key: string;
  label: string;
  /** For entries of which one is chosen. */
  selected?: boolean;
  onClick: () => void;
}

/** A menu below the button that opened it. */
export const ActionMenu = (props: {
  label: string;
  anchor?: HTMLElement;
  actions: MenuAction[];
  onClose: () => void;
}) => {
  const { label, anchor, actions, onClose } = props;
  const classes = useStyles();
  return (
    <Menu
      open={Boolean(anchor)}
      anchorEl={anchor}
      getContentAnchorEl={null}
      anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
      transformOrigin={{ vertical: 'top', horizontal: 'right' }}
      transitionDuration={150}
      MenuListProps={{ 'aria-label': label, dense: true }}
      onClose={onClose}
    >
      {actions.map(({ key, label: text, selected, onClick }) => (
        <MenuItem
          key={key}
          className={classes.item}
          role={selected === undefined ? 'menuitem' : 'menuitemradio'}
          aria-checked={selected}
          selected={selected}
          onClick={() => {
            onClose();
            onClick();
          }}
        >
          {text}
        </MenuItem>
      ))}
    </Menu>
  );
};
