import { copyText } from './copyText';

const clipboard = Object.getOwnPropertyDescriptor(navigator, 'clipboard');

afterEach(() => {
  Object.defineProperty(
    navigator,
    'clipboard',
    clipboard ?? { value: undefined },
  );
});

it('uses the clipboard', async () => {
  const written: string[] = [];
  Object.defineProperty(navigator, 'clipboard', {
    configurable: true,
    value: { writeText: async (text: string) => written.push(text) },
  });
  await expect(copyText('digest')).resolves.toBe(true);
  expect(written).toEqual(['digest']);
});

it('selects and copies where there is none, and gives the focus back', async () => {
  Object.defineProperty(navigator, 'clipboard', {
    configurable: true,
    value: undefined,
  });
  const copied: string[] = [];
  document.execCommand = () => {
    copied.push((document.activeElement as HTMLTextAreaElement).value);
    return true;
  };
  const button = document.createElement('button');
  document.body.appendChild(button);
  button.focus();
  await expect(copyText('digest')).resolves.toBe(true);
  expect(copied).toEqual(['digest']);
  expect(document.activeElement).toBe(button);
  expect(document.querySelector('textarea')).toBeNull();
});
