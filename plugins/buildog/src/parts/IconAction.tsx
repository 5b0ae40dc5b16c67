import IconButton from '@material-ui/core/IconButton';
import { makeStyles, Theme } from '@material-ui/core/styles';
import Tooltip from '@material-ui/core/Tooltip';
import { ComponentType, MouseEvent } from 'react';
import { cx } from './cx';
import { focusRing } from '../theme/focusRing';
import { tokens } from '../theme/tokens';
import { NARROW } from '../theme/widths';

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  return {
    root: {
      padding: 6,
      borderRadius: 4,
      color: t.secondary,
      transition: 'background-color 150ms, opacity 150ms',
      '&:hover': { color: theme.palette.text.primary },
      ...focusRing(theme),
      [`@media ${NARROW}`]: { minWidth: 44, minHeight: 44 },
    },
    small: { padding: 3 },
    pressed: {
      color: t.tones.running.text,
      backgroundColor: t.tones.running.tint,
      '&:hover': {
        color: t.tones.running.text,
        backgroundColor: t.tones.running.tint,
      },
    },
    icon: { fontSize: 20 },
    smallIcon: { fontSize: 16 },
  };
});

/** An action that is only an icon; its name is its label and its tooltip. */
export const IconAction = (props: {
  label: string;
  icon: ComponentType<{ className?: string }>;
  onClick: (event: MouseEvent<HTMLButtonElement>) => void;
  /** For a toggle. */
  pressed?: boolean;
  /** For a button that opens a menu. */
  hasPopup?: boolean;
  small?: boolean;
  className?: string;
}) => {
  const { label, icon: Icon, onClick, pressed, hasPopup, small } = props;
  const classes = useStyles();
  return (
    <Tooltip title={label} enterDelay={400}>
      <IconButton
        className={cx(
          classes.root,
          small && classes.small,
          pressed && classes.pressed,
          props.className,
        )}
        aria-label={label}
        aria-pressed={pressed}
        aria-haspopup={hasPopup ? 'menu' : undefined}
        disableRipple
        onClick={onClick}
      >
        <Icon className={small ? classes.smallIcon : classes.icon} />
      </IconButton>
    </Tooltip>
  );
};
