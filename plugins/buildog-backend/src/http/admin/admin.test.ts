import { describeApi } from '../__testUtils__/describeApi';

describeApi('administration', current => {
  it('shows and changes the admission', async () => {
    const { api } = current;
    const { body } = await api.get('/v1/admin/status', { as: 'admin' });
    expect(body).toMatchObject({ mode: 'Open', queued: 0 });
    for (const [verb, mode] of [
      ['pause', 'Paused'],
      ['drain', 'Draining'],
      ['resume', 'Open'],
    ]) {
      const answer = await api.post(`/v1/admin/${verb}`, { as: 'admin' });
      expect(answer.body.mode).toBe(mode);
    }
    expect(api.audit.map(entry => entry.eventId)).toEqual([
      'admission-pause',
      'admission-drain',
      'admission-resume',
    ]);
  });

  it('is for administrators', async () => {
    const { api } = current;
    expect((await api.get('/v1/admin/status')).status).toBe(403);
    for (const verb of ['pause', 'drain', 'resume']) {
      const path = `/v1/admin/${verb}`;
      expect((await api.post(path)).status).toBe(403);
      expect((await api.post(path, { as: 'nobody' })).status).toBe(401);
    }
    expect((await api.store.getControllerState()).mode).toBe('Open');
    expect(api.audit.every(entry => entry.outcome === 'failed')).toBe(true);
  });

  it('tells probes whether the controller works', async () => {
    const { api } = current;
    const well = await api.get('/v1/health', { as: 'nobody' });
    expect(well.body).toEqual({ status: 'ok' });
    api.controller.health.mockReturnValue({
      ok: false,
      message: 'No claim for 90 s.',
      mode: 'Open',
      passes: 0,
    });
    const ill = await api.get('/v1/health', { as: 'nobody' });
    expect(ill.status).toBe(503);
    expect(ill.body.message).toBe('No claim for 90 s.');
  });

  it('hands out the public key', async () => {
    const { api } = current;
    const { text } = await api.get('/v1/signing-key', { as: 'stranger' });
    expect(text).toContain('PUBLIC KEY');
    api.context.publicKey = undefined;
    expect((await api.get('/v1/signing-key')).status).toBe(404);
  });
});
