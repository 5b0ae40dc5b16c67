module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  overrides: [
    {
      // A describe for the suites of other files.
      files: ['src/testing/**'],
      rules: {
        'jest/no-export': 'off',
        'jest/no-disabled-tests': 'off',
        'jest/expect-expect': 'off',
      },
    },
  ],
});
