module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  overrides: [
    {
      // Contract suites are exported to those who implement the interfaces,
      // and what they expect depends on what an implementation declares.
      files: ['src/testing/**'],
      rules: {
        'jest/no-export': 'off',
        'jest/no-conditional-expect': 'off',
      },
    },
  ],
});
