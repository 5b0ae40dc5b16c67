import {
  BUILD_PHASES,
  isCancelablePhase,
  isTerminalBuildPhase,
} from './BuildPhase';

describe('build phases', () => {
  it('offers no cancel once tags move or nothing runs any more', () => {
    expect(BUILD_PHASES.filter(isCancelablePhase)).toEqual([
      'Pending',
      'Queued',
      'Running',
      'Verifying',
      'Scanning',
      'Signing',
    ]);
  });

  it('knows which phases are never left', () => {
    expect(BUILD_PHASES.filter(isTerminalBuildPhase)).toEqual([
      'Succeeded',
      'Failed',
      'Rejected',
      'Superseded',
      'Canceled',
    ]);
  });
});
