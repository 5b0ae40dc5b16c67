import { render, screen } from '@testing-library/react';

it('asks who is there', async () => {
  const config = [
    {
      data: {
        app: { title: 'Test', baseUrl: 'http://localhost:3000' },
        backend: { baseUrl: 'http://localhost:7007' },
      },
      context: 'test',
    },
  ];
  // The bundler puts the configuration there, as an array.
  process.env = {
    ...process.env,
    APP_CONFIG: config,
  } as unknown as NodeJS.ProcessEnv;
  const { default: App } = await import('./App');

  render(<App />);

  await expect(
    screen.findByRole('button', { name: 'Enter' }, { timeout: 30_000 }),
  ).resolves.toBeInTheDocument();
});
