import { render, screen } from '@testing-library/react';

it('asks who is there', async () => {
  process.env.APP_CONFIG = [
    {
      data: {
        app: { title: 'Test', baseUrl: 'http://localhost:3000' },
        backend: { baseUrl: 'http://localhost:7007' },
      },
      context: 'test',
    },
  ] as unknown as string;
  const { default: App } = await import('./App');

  render(<App />);

  await expect(
    screen.findByRole('button', { name: 'Enter' }),
  ).resolves.toBeInTheDocument();
});
