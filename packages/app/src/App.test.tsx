import { render, screen } from '@testing-library/react';
import App from './App';

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

  render(App.createRoot());

  await expect(
    screen.findByRole('button', { name: 'Enter' }),
  ).resolves.toBeInTheDocument();
});
