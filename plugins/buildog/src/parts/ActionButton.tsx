import Button, { ButtonProps } from '@material-ui/core/Button';
import { makeStyles, Theme } from '@material-ui/core/styles';
import type { ReactNode } from 'react';
import { focusRing } from '../theme/focusRing';
import { tokens } from '../theme/tokens';
import { NARROW } from '../theme/widths';
import { cx } from './cx';

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  const { primary } = theme.palette;
  return {
    root: {
      minHeight: 36,
      padding: '5px 16px',
      fontSize: 14,
      fontWeight: 500,
      lineHeight: '20px',
      textTransform: 'none',
      borderRadius: 4,
      boxShadow: 'none',
      whiteSpace: 'nowrap',
      transition: 'background-color 150ms, color 150ms, opacity 150ms',
      ...focusRing(theme),
      [`@media ${NARROW}`]: { minHeight: 44 },
    },
    small: { minHeight: 30, padding: '4px 12px', fontSize: 13 },
    filled: {
      color: primary.contrastText,
      backgroundColor: primary.main,
      '&:hover': { backgroundColor: primary.dark },
    },
    outlined: {
      color: theme.palette.text.primary,
      border: `1px solid ${t.fieldBorder}`,
      backgroundColor: theme.palette.background.paper,
      '&:hover': { backgroundColor: t.hover },
    },
    danger: {
      color: t.tones.failed.text,
      border: `1px solid ${t.tones.failed.text}`,
      backgroundColor: theme.palette.background.paper,
      '&:hover': { backgroundColor: t.tones.failed.tint },
    },
    text: {
      color: primary.main,
      padding: '5px 8px',
      '&:hover': { backgroundColor: t.hover },
    },
  };
});

/** How much a button weighs; a view has one filled button at most. */
export type ButtonLook = 'filled' | 'outlined' | 'danger' | 'text';

/** A button with words as they are written: `main` is not `MAIN`. */
export const ActionButton = (
  props: Pick<
    ButtonProps,
    'onClick' | 'disabled' | 'type' | 'className' | 'autoFocus'
  > & {
    look: ButtonLook;
    size?: 'small';
    icon?: ReactNode;
    /** For a button without words. */
    label?: string;
    /** For a button that opens a menu. */
    hasPopup?: boolean;
    children: ReactNode;
  },
) => {
  const { look, size, icon, label, hasPopup, children, className, ...rest } =
    props;
  const classes = useStyles();
  return (
    <Button
      {...rest}
      className={cx(
        classes.root,
        size && classes.small,
        classes[look],
        className,
      )}
      startIcon={icon}
      aria-label={label}
      aria-haspopup={hasPopup ? 'menu' : undefined}
      disableRipple
      disableElevation
    >
      {children}
    </Button>
  );
};
