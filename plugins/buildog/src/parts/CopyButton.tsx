import Check from '@material-ui/icons/Check';
import FileCopyOutlined from '@material-ui/icons/FileCopyOutlined';
import { useEffect, useState } from 'react';
import { copyText } from './copyText';
import { IconAction } from './IconAction';

/** Copies a text; `what` completes its name: "Copy the digest". */
export const CopyButton = (props: {
  text: string;
  what: string;
  className?: string;
}) => {
  const { text, what } = props;
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) {
      return undefined;
    }
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <IconAction
      small
      className={props.className}
      label={copied ? 'Copied' : `Copy ${what}`}
      icon={copied ? Check : FileCopyOutlined}
      onClick={async () => setCopied(await copyText(text))}
    />
  );
};
